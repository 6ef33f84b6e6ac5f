/** Who applies: each field is judged as it is left, and the check digit as it is typed. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Kind, RegistrationForm } from "@/api/registration";
import { idsOf, useTerm } from "@/labels";
import { codeFault } from "@/lib/uscc";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { DocumentField } from "./DocumentField";

const KINDS: readonly Kind[] = ["enterprise", "auditor", "regulator", "administrator"];
const EMPTY = { name: "", usci: "", sector: "power", contact: "", email: "", phone: "", password: "" };
type Texts = typeof EMPTY;
type FaultName = "required" | "email" | "uscc_length" | "uscc_character" | "uscc_check" | "password";

function faultOf(field: keyof Texts, value: string, kind: Kind): FaultName | null {
  if (field === "usci") return kind === "enterprise" || kind === "auditor" ? codeFault(value) : null;
  if (field === "sector") return null;
  if (!value.trim()) return field === "phone" ? null : "required";
  if (field === "email" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) return "email";
  if (field === "password" && value.length < 10) return "password";
  return null;
}

export function RegisterForm({ onFilled }: { onFilled: (kind: Kind, form: RegistrationForm) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const [kind, setKind] = useState<Kind>("enterprise");
  const [texts, setTexts] = useState(EMPTY);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [document, setDocument] = useState<File | null>(null);
  const [tried, setTried] = useState(false);
  const legal = kind === "enterprise" || kind === "auditor";
  const fault = (field: keyof Texts) => {
    const name = faultOf(field, texts[field], kind);
    const typing = field === "usci" && texts.usci.length === 18;
    return name && (tried || left.has(field) || typing) ? t(`register.faults.${name}`) : null;
  };
  const submit = () => {
    setTried(true);
    const bad = (Object.keys(texts) as (keyof Texts)[]).some((field) => faultOf(field, texts[field], kind));
    if (!bad && document) onFilled(kind, { ...texts, usci: legal ? texts.usci : "", sector: kind === "enterprise" ? texts.sector : "", document });
  };
  const input = (field: Exclude<keyof Texts, "sector">, type = "text", autoComplete = "off", hint?: string) => (
    <Field label={t(field === "usci" ? "register.uscc" : field === "contact" ? "register.person" : `register.${field}`)} hint={hint} fault={fault(field)}>
      {(ids) => (
        <input {...ids} className="input" type={type} name={field} autoComplete={autoComplete} value={texts[field]}
          onBlur={() => setLeft(new Set([...left, field]))}
          onChange={(event) => setTexts({ ...texts, [field]: field === "usci" ? event.target.value.toUpperCase().trim() : event.target.value })} />
      )}
    </Field>
  );
  return (
    <form className="stack" noValidate onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <fieldset className="kinds">
        <legend>{t("register.kind")}</legend>
        {KINDS.map((each) => (
          <label key={each} className="kind" data-chosen={kind === each}>
            <input type="radio" name="kind" value={each} checked={kind === each} onChange={() => setKind(each)} />
            <span><span className="strong">{term("AccountKind", each)}</span><span className="small muted block">{t(`register.kinds.${each}`)}</span></span>
          </label>
        ))}
      </fieldset>
      <Card>
        <div className="form-grid">
          {input("name", "text", "organization")}
          {legal ? input("usci", "text", "off", t("register.usccHint")) : null}
          {kind === "enterprise" ? (
            <Field label={t("register.sector")}>
              {(ids) => (
                <select {...ids} className="input" name="sector" value={texts.sector} onChange={(event) => setTexts({ ...texts, sector: event.target.value })}>
                  {idsOf("Sector").map((sector) => <option key={sector} value={sector}>{term("Sector", sector)}</option>)}
                </select>
              )}
            </Field>
          ) : null}
          {input("contact", "text", "name")}
          {input("email", "email", "email")}
          {input("phone", "tel", "tel")}
          {input("password", "password", "new-password", t("register.passwordHint"))}
        </div>
        <hr className="line" />
        <DocumentField document={document} onDocument={setDocument} missing={tried && !document} />
      </Card>
      <div><button type="submit" className="button primary">{t("ui.next")}<Icon name="chevron" size={16} /></button></div>
    </form>
  );
}
