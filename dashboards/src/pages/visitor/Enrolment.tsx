/** Setting up the authenticator; the server asks for the password once more before it takes one. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { confirmPassword, enrolTotp, newTotp, type Refused } from "@/api/allauth";
import { addPasskey, passwordAgain, type FactorFault } from "@/api/factors";
import { passkeysWork } from "@/lib/passkeys";
import { ProblemError } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { FactorFaultCard } from "@/ui/FactorFaultCard";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Answer, ErrorCard } from "@/ui/states";

const QrCode = lazy(() => import("@/ui/antd/QrCode").then((module) => ({ default: module.QrCode })));

async function secretOf(): Promise<{ secret: string; url: string } | null> {
  const answer = await newTotp();
  if (!answer.ok) throw new ProblemError(answer.error.problem);
  return answer.value;
}

export function Enrolment({ onDone, onBack }: { onDone: () => Promise<void>; onBack: () => void }) {
  const { t } = useTranslation();
  const secret = useQuery({ queryKey: ["totp"], queryFn: secretOf, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Card>
      <div className="stack">
        <h1 tabIndex={-1}>{t("login.enrolTitle")}</h1>
        <p>{t("login.enrolText")}</p>
        <Answer query={secret}>{(found) => (found ? <Form secret={found.secret} url={found.url} onDone={onDone} /> : <button type="button" className="button primary" onClick={() => void onDone()}>{t("ui.next")}</button>)}</Answer>
        {passkeysWork() ? <PasskeyInstead onDone={onDone} /> : null}
        <button type="button" className="button plain" onClick={onBack}>{t("login.back")}</button>
      </div>
    </Card>
  );
}

/** A passkey as the first factor; here too the server asks for the password once more. */
function PasskeyInstead({ onDone }: { onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState<FactorFault | null>(null);
  const add = async (password: string | null) => {
    const proved = password === null ? null : await passwordAgain(password);
    const answer = proved && !proved.ok ? proved : await addPasskey(t("factors.webauthn"));
    if (answer.ok) return onDone();
    setFault(answer.error);
  };
  const again = fault !== null && "again" in fault;
  return (
    <form className="stack tight" onSubmit={(event) => { event.preventDefault(); const given = new FormData(event.currentTarget).get("again"); void add(typeof given === "string" ? given : null); }}>
      <p className="small muted">{t("factors.oneOf")}</p>
      {again ? <Field label={t("login.passwordAgain")}>{(ids) => <input {...ids} className="input" name="again" type="password" autoComplete="current-password" required autoFocus />}</Field> : null}
      {fault ? <FactorFaultCard fault={fault} /> : null}
      <button type="submit" className="button wide"><Icon name="key" size={16} />{t("factors.instead")}</button>
    </form>
  );
}

function Form({ secret, url, onDone }: { secret: string; url: string; onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const [refused, setRefused] = useState<Refused | null>(null);
  const [again, setAgain] = useState(false);
  const submit = async (form: FormData) => {
    setRefused(null);
    const password = form.get("password");
    if (typeof password === "string") {
      const confirmed = await confirmPassword(password);
      if (!confirmed.ok) return setRefused(confirmed.error);
    }
    const answer = await enrolTotp(String(form.get("code")).trim());
    if (!answer.ok) return setRefused(answer.error);
    if (answer.value === "password_again") return setAgain(true);
    return onDone();
  };
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); void submit(new FormData(event.currentTarget)); }}>
      <div className="row wide top">
        <Suspense fallback={null}>{url ? <QrCode text={url} /> : null}</Suspense>
        <div className="stack close grow"><span className="small muted">{t("login.secret")}</span><code className="mono wrap-anywhere">{secret}</code></div>
      </div>
      <Field label={t("login.code")}>{(ids) => <input {...ids} className="input" name="code" inputMode="numeric" autoComplete="one-time-code" required />}</Field>
      {again ? <Field label={t("login.passwordAgain")}>{(ids) => <input {...ids} className="input" name="password" type="password" autoComplete="current-password" required />}</Field> : null}
      {refused ? (refused.code === "incorrect_code" ? <p className="danger-text" role="alert">{t("login.wrongCode")}</p> : <ErrorCard problem={refused.problem} />) : null}
      <button type="submit" className="button primary wide">{t("login.enrolSubmit")}</button>
    </form>
  );
}
