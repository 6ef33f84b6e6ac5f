/** Registration in three steps: who, with which key, sent. */
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { begin, makeKeys, submit, type Draft, type Kind, type MadeKeys, type RegistrationForm } from "@/api/registration";
import { secureEnough } from "@/lib/keys";
import { problemFrom, type Problem } from "@/lib/problem";
import { Card, PageHead } from "@/ui/Card";
import { ErrorCard, Notice, SkeletonRows } from "@/ui/states";
import { RecoverySheet } from "./RecoverySheet";
import { RegisterForm } from "./RegisterForm";

const Progression = lazy(() => import("@/ui/antd/Progression").then((module) => ({ default: module.Progression })));
const STEPS = ["form", "key", "done"] as const;
type At = (typeof STEPS)[number];

interface Filled {
  kind: Kind;
  form: RegistrationForm;
}

export function Page() {
  const { t } = useTranslation();
  const [filled, setFilled] = useState<Filled | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const at: At = code ? "done" : filled ? "key" : "form";
  return (
    <main className="visitor-main medium" id="content">
      <PageHead title={t("register.title")} sub={t("register.intro")} />
      <div className="stack">
        <Suspense fallback={<SkeletonRows rows={1} />}>
          <Progression steps={STEPS.map((step) => ({ title: t(`register.steps.${step}`), state: STEPS.indexOf(step) < STEPS.indexOf(at) || code ? "done" : step === at ? "now" : "later" }))} />
        </Suspense>
        {at === "form" ? <RegisterForm onFilled={(kind, form) => setFilled({ kind, form })} /> : null}
        {at === "key" && filled ? <KeyStep filled={filled} onBack={() => setFilled(null)} onCode={setCode} /> : null}
        {code ? <Done code={code} /> : <p className="small muted">{t("register.have")} <Link to="/register/status">{t("register.seeStatus")}</Link></p>}
      </div>
    </main>
  );
}

function KeyStep({ filled, onBack, onCode }: { filled: Filled; onBack: () => void; onCode: (code: string) => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [made, setMade] = useState<MadeKeys | null>(null);
  const [kept, setKept] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!secureEnough()) return <Notice tone="danger" icon="alert">{t("register.insecure")}</Notice>;
  const make = async () => {
    setBusy(true);
    const answer = await begin(filled.kind);
    if (answer.ok) {
      setDraft(answer.value);
      await makeKeys(answer.value).then(setMade, (error: unknown) => setProblem(problemFrom(error)));
    } else setProblem(answer.error);
    setBusy(false);
  };
  const send = async () => {
    if (!draft || !made) return;
    setBusy(true);
    const answer = await submit(draft, filled.form, made.keys);
    if (answer.ok) onCode(answer.value.code);
    else setProblem(answer.error);
    setBusy(false);
  };
  return (
    <Card title={t("register.keyTitle")}>
      <div className="stack">
        <p>{t("register.keyText")}</p>
        {made && draft ? <RecoverySheet lines={made.recoveryLines} fingerprint={made.recoveryFingerprint} person={draft.person} network={draft.network} kept={kept} onKept={() => setKept(true)} /> : null}
        {problem ? <ErrorCard problem={problem} /> : null}
        <div className="row apart">
          <button type="button" className="button" onClick={onBack} disabled={busy}>{t("ui.back")}</button>
          {made ? (
            <button type="button" className="button primary" onClick={() => void send()} disabled={!kept || busy}>{t("register.submit")}</button>
          ) : (
            <button type="button" className="button primary" onClick={() => void make()} disabled={busy}>{t("register.keyMake")}</button>
          )}
        </div>
      </div>
    </Card>
  );
}

function Done({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <Card title={t("register.doneTitle")}>
      <div className="stack">
        <p>{t("register.doneText")}</p>
        <div><span className="small muted">{t("register.code")}</span><div className="big-figure mono" data-testid="registration-code">{code}</div></div>
        <div><Link to="/register/status" search={{ code }} className="button primary">{t("register.seeStatus")}</Link></div>
      </div>
    </Card>
  );
}
