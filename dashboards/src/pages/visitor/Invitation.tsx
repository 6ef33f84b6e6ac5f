/** An invited colleague: keys made here, a password where she has no sign-in yet; then an administrator reviews it. */
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { accept, invitationOf, join, type InvitationDraft } from "@/api/members";
import { useMe } from "@/api/me";
import { makeKeys, type MadeKeys } from "@/api/registration";
import { useTerm } from "@/labels";
import { secureEnough } from "@/lib/keys";
import { problemFrom, type Problem } from "@/lib/problem";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { ErrorCard, Notice } from "@/ui/states";
import { RecoverySheet } from "./RecoverySheet";

export function Page() {
  const { t } = useTranslation();
  const { code } = useSearch({ strict: false });
  const [draft, setDraft] = useState<InvitationDraft | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = async (typed: string) => {
    const answer = await invitationOf(typed);
    setProblem(answer.ok ? null : answer.error);
    setDraft(answer.ok ? answer.value : null);
  };
  useEffect(() => {
    if (code) void ask(code);
    // Asked once for the address it was opened with.
  }, []);
  return (
    <main className="visitor-main medium" id="content">
      <PageHead title={t("invitation.title")} sub={t("invitation.intro")} />
      <div className="stack">
        {draft ? <Accept draft={draft} /> : (
          <Card>
            <form className="stack" onSubmit={(event) => { event.preventDefault(); void ask(String(new FormData(event.currentTarget).get("code")).trim()); }}>
              <Field label={t("invitation.code")}>{(ids) => <input {...ids} className="input mono" name="code" defaultValue={code} autoComplete="off" required />}</Field>
              <div><button type="submit" className="button primary">{t("ui.next")}</button></div>
            </form>
          </Card>
        )}
        {problem ? <ErrorCard problem={problem} /> : null}
      </div>
    </main>
  );
}

function Accept({ draft }: { draft: InvitationDraft }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMe();
  const [made, setMade] = useState<MadeKeys | null>(null);
  const [kept, setKept] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (!secureEnough()) return <Notice tone="danger" icon="alert">{t("register.insecure")}</Notice>;
  const make = () => makeKeys({ ...draft, kind: "enterprise" }).then(setMade, (error: unknown) => setProblem(problemFrom(error)));
  return (
    <>
      <Card title={t("invitation.whoTitle")}>
        <Facts>
          <Fact label={t("register.name")}><span className="strong">{draft.organisation}</span></Fact>
          <Fact label={t("members.name")}>{draft.name}</Fact>
          <Fact label={t("members.role")}>{term("Role", draft.role)}</Fact>
        </Facts>
      </Card>
      {draft.joins && !me.data ? <SignInFirst code={draft.token} /> : (
        <Card title={t("register.keyTitle")}>
          <div className="stack">
            <p>{t(draft.joins ? "invitation.joinText" : "register.keyText")}</p>
            {made ? <RecoverySheet lines={made.recoveryLines} fingerprint={made.recoveryFingerprint} person={draft.person} network={draft.network} kept={kept} onKept={() => setKept(true)} /> : null}
            {problem ? <ErrorCard problem={problem} /> : null}
            {made ? <Send draft={draft} made={made} kept={kept} /> : <div><button type="button" className="button primary" onClick={() => void make()}><Icon name="key" size={16} />{t("register.keyMake")}</button></div>}
          </div>
        </Card>
      )}
    </>
  );
}

function SignInFirst({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <Notice tone="warn" icon="info">
      <div className="stack tight">
        <span>{t("invitation.signInFirst")}</span>
        <div><Link to="/login" search={{ next: `/invitation?code=${code}` }} className="button primary">{t("visitor.signIn")}</Link></div>
      </div>
    </Notice>
  );
}

function Send({ draft, made, kept }: { draft: InvitationDraft; made: MadeKeys; kept: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (password: string) => {
    setBusy(true);
    const answer = draft.joins ? await join(draft.token, made.keys) : await accept(draft.token, password, made.keys);
    setBusy(false);
    if (answer.ok) await navigate({ to: "/register/status", search: { code: draft.token } });
    else setProblem(answer.error);
  };
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(String(new FormData(event.currentTarget).get("password") ?? "")); }}>
      {draft.joins ? null : (
        <Field label={t("register.password")} hint={t("register.passwordHint")}>{(ids) => <input {...ids} className="input" name="password" type="password" autoComplete="new-password" minLength={10} required />}</Field>
      )}
      {problem ? <ErrorCard problem={problem} /> : null}
      <div><button type="submit" className="button primary" disabled={!kept || busy}>{t("invitation.accept")}</button></div>
    </form>
  );
}
