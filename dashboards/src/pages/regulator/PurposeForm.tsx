import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "@/ui/Field";
import "./wall.css";

/** Why somebody looks into another's affairs; written into the log before anything is shown. */
export function PurposeForm({ onPurpose }: { onPurpose: (purpose: string) => void }) {
  const { t } = useTranslation();
  const [purpose, setPurpose] = useState("");
  return (
    <form className="purpose" onSubmit={(event) => { event.preventDefault(); if (purpose.trim()) onPurpose(purpose.trim()); }}>
      <Field label={t("enterprises.purpose")} hint={t("enterprises.purposeHint")}>{(ids) => <input {...ids} className="input" value={purpose} maxLength={200} onChange={(event) => setPurpose(event.target.value)} />}</Field>
      <button type="submit" className="button primary" disabled={!purpose.trim()} style={{ marginBottom: 22 }}>{t("ui.open")}</button>
    </form>
  );
}
