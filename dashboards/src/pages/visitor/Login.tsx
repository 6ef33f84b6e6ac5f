/** Sign-in: password, then the second factor; who has none yet sets one up before anything else. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { giveCode, signIn, signOut, type Refused } from "@/api/allauth";
import { passkeyAlone, passkeyAsSecond, type FactorFault } from "@/api/factors";
import { meQuery, rememberSession } from "@/api/me";
import { passkeysWork } from "@/lib/passkeys";
import { homeOf } from "@/shell/menus";
import { Card } from "@/ui/Card";
import { FactorFaultCard } from "@/ui/FactorFaultCard";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { ErrorCard } from "@/ui/states";
import { Enrolment } from "./Enrolment";

type Step = "password" | "code" | "enrol";

export function Page() {
  const { step: asked } = useSearch({ strict: false });
  const [step, setStep] = useState<Step>(asked === "enrol" ? "enrol" : "password");
  const [kinds, setKinds] = useState<string[]>([]);
  const enter = useEnter(() => setStep("enrol"));
  return (
    <main className="visitor-main narrow" id="content">
      {step === "password" ? <PasswordStep onCode={(asks) => { setKinds(asks); setStep("code"); }} onDone={enter} /> : null}
      {step === "code" ? <CodeStep kinds={kinds} onDone={enter} onBack={() => setStep("password")} /> : null}
      {step === "enrol" ? <Enrolment onDone={enter} onBack={() => void signOut().then(() => setStep("password"))} /> : null}
    </main>
  );
}

/** Goes where the person was going; who lacks a second factor goes to enrolment. */
function useEnter(enrol: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false });
  return async () => {
    rememberSession();
    await client.invalidateQueries();
    const me = await client.fetchQuery({ ...meQuery, staleTime: 0 });
    if (!me) return;
    if (!me.second_factor) return enrol();
    // Only an address of this site: a link must not lead a fresh session elsewhere.
    const inside = next?.startsWith("/") && !next.startsWith("//") && !next.includes("/login");
    await navigate({ to: inside ? next : homeOf(me) });
  };
}

function refusalText(refused: Refused): "wrong" | "wrongCode" | "tooMany" | null {
  if (refused.code === "email_password_mismatch" || refused.code === "username_password_mismatch" || refused.code === "invalid") return "wrong";
  if (refused.code === "incorrect_code" || refused.code === "too_many_login_attempts") return refused.code === "incorrect_code" ? "wrongCode" : "tooMany";
  return null;
}

function Said({ refused }: { refused: Refused | null }) {
  const { t } = useTranslation();
  if (!refused) return null;
  const known = refused.problem.what ? null : refusalText(refused);
  return known ? <p className="danger-text" role="alert">{t(`login.${known}`)}</p> : <ErrorCard problem={refused.problem} />;
}

function PasswordStep({ onCode, onDone }: { onCode: (kinds: string[]) => void; onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (form: FormData) => {
    setBusy(true);
    const answer = await signIn(String(form.get("email")), String(form.get("password")));
    setRefused(answer.ok ? null : answer.error);
    if (answer.ok && answer.value !== "signed_in") onCode(answer.value.second_factor);
    else if (answer.ok) await onDone();
    setBusy(false);
  };
  return (
    <Card>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void submit(new FormData(event.currentTarget)); }}>
        <h1 tabIndex={-1}>{t("login.title")}</h1>
        <Field label={t("login.email")}>{(ids) => <input {...ids} className="input" name="email" type="email" autoComplete="username" required autoFocus />}</Field>
        <Field label={t("login.password")}>{(ids) => <input {...ids} className="input" name="password" type="password" autoComplete="current-password" required />}</Field>
        <Said refused={refused} />
        <button type="submit" className="button primary wide" disabled={busy}>{t("login.submit")}</button>
        <WithPasskey label={t("factors.signIn")} show={passkeyAlone} onDone={onDone} />
        <p className="small muted">{t("login.noAccount")} <Link to="/register">{t("visitor.register")}</Link></p>
      </form>
    </Card>
  );
}

/** The passkey's own button, with the reason below it when it did not work. */
function WithPasskey({ label, show, onDone }: { label: string; show: typeof passkeyAlone; onDone: () => Promise<void> }) {
  const [fault, setFault] = useState<FactorFault | null>(null);
  const [busy, setBusy] = useState(false);
  if (!passkeysWork()) return null;
  const use = async () => {
    setBusy(true);
    const answer = await show();
    setFault(answer.ok ? null : answer.error);
    if (answer.ok) await onDone();
    setBusy(false);
  };
  return (
    <>
      <button type="button" className="button wide" disabled={busy} onClick={() => void use()}><Icon name="key" size={16} />{label}</button>
      {fault ? <FactorFaultCard fault={fault} /> : null}
    </>
  );
}

function CodeStep({ kinds, onDone, onBack }: { kinds: readonly string[]; onDone: () => Promise<void>; onBack: () => void }) {
  const { t } = useTranslation();
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (form: FormData) => {
    setBusy(true);
    const answer = await giveCode(String(form.get("code")).trim());
    setRefused(answer.ok ? null : answer.error);
    if (answer.ok) await onDone();
    setBusy(false);
  };
  return (
    <Card>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void submit(new FormData(event.currentTarget)); }}>
        <h1 tabIndex={-1}>{t("login.code")}</h1>
        <Field label={t("login.code")} hint={t("login.codeHint")}>
          {(ids) => <input {...ids} className="input" name="code" autoComplete="one-time-code" inputMode="numeric" required autoFocus />}
        </Field>
        <Said refused={refused} />
        <button type="submit" className="button primary wide" disabled={busy}>{t("login.codeSubmit")}</button>
        {kinds.includes("webauthn") ? <WithPasskey label={t("factors.second")} show={passkeyAsSecond} onDone={onDone} /> : null}
        <button type="button" className="button plain" onClick={onBack}>{t("login.back")}</button>
      </form>
    </Card>
  );
}
