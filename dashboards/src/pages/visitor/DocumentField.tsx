/** One document of an application: its kind and size are told at once, not after the upload. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/ui/Field";

const KINDS = new Set(["application/pdf", "image/png", "image/jpeg"]);
const LIMIT = 10 * 1024 * 1024;
type DocumentFault = "documentKind" | "documentSize" | "documentEmpty";

export function documentFault(file: { type: string; size: number }): DocumentFault | null {
  if (file.size === 0) return "documentEmpty";
  if (!KINDS.has(file.type)) return "documentKind";
  return file.size > LIMIT ? "documentSize" : null;
}

export function DocumentField({ document, onDocument, missing }: { document: File | null; onDocument: (file: File | null) => void; missing: boolean }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState<DocumentFault | null>(null);
  const take = (file: File | undefined) => {
    const found = file ? documentFault(file) : null;
    setFault(found);
    onDocument(file && !found ? file : null);
  };
  const said = fault ? t(`register.faults.${fault}`) : missing ? t("register.faults.document") : null;
  return (
    <Field label={t("register.document")} hint={document ? `${document.name} · ${Math.ceil(document.size / 1024)} kB` : t("register.documentHint")} fault={said}>
      {(ids) => <input {...ids} className="input" type="file" name="documents" accept=".pdf,.png,.jpg,.jpeg" onChange={(event) => take(event.target.files?.[0])} />}
    </Field>
  );
}
