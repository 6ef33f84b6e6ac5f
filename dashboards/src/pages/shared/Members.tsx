/** The organisation's people: colleagues with their roles, who is on her way in, and the invitation of another. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { invite, members, setMemberStatus, type Invite, type InvitationRow, type MemberRow } from "@/api/members";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { rolesOfKind } from "@/lexicon.gen";
import type { Problem } from "@/lib/problem";
import { Card, PageHead } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Answer, Empty, ErrorCard, Forbidden, Notice } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

const Dialog = lazy(() => import("@/ui/antd/Dialog").then((module) => ({ default: module.Dialog })));
const TONES: Record<string, Tone> = { active: "ok", suspended: "warn", pending: "neutral", ended: "neutral" };
const STATUSES = ["active", "suspended", "pending", "ended"] as const;

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["members"], queryFn: members, enabled: can(me, "manage_members") });
  const [draft, setDraft] = useState<Invite | null>(null);
  const [ending, setEnding] = useState<{ row: MemberRow; next: boolean } | null>(null);
  if (!can(me, "manage_members")) return <Forbidden />;
  return (
    <>
      <PageHead title={t("members.title")} sub={me.organisation} />
      <div className="columns two-one">
        <div className="stack">
          <Card title={t("members.colleagues")} flush>
            <Answer query={query} rows={4}>{(data) => <Colleagues rows={data.results} onEnd={(row, next) => setEnding({ row, next })} />}</Answer>
          </Card>
          <Card title={t("members.onTheWay")} flush>
            <Answer query={query} rows={2} isEmpty={(data) => data.invitations.length === 0} empty={<Empty icon="inbox" title={t("members.noneOnTheWay")} />}>{(data) => <OnTheWay rows={data.invitations} />}</Answer>
          </Card>
        </div>
        <InviteForm key={draft ? `${draft.email}${draft.role}` : "new"} draft={draft} />
      </div>
      {ending ? <EndDialog row={ending.row} next={ending.next} onClose={() => setEnding(null)} onEnded={(again) => { setEnding(null); setDraft(again); }} /> : null}
    </>
  );
}

function Colleagues({ rows, onEnd }: { rows: MemberRow[]; onEnd: (row: MemberRow, next: boolean) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const set = async (row: MemberRow, status: "active" | "suspended") => {
    const answer = await setMemberStatus(row.person, status);
    setProblem(answer.ok ? null : answer.error);
    await client.invalidateQueries({ queryKey: ["members"] });
  };
  const acts = (row: MemberRow) => {
    if (row.person === me.person.id) return <span className="small muted">{t("members.self")}</span>;
    if (row.status !== "active" && row.status !== "suspended") return null;
    return (
      <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
        {row.status === "active"
          ? <button type="button" className="button small" onClick={() => void set(row, "suspended")}>{t("members.suspend")}</button>
          : <button type="button" className="button small" onClick={() => void set(row, "active")}>{t("members.reinstate")}</button>}
        <button type="button" className="button small" onClick={() => onEnd(row, true)}>{t("members.changeRole")}</button>
        <button type="button" className="button small danger" onClick={() => onEnd(row, false)}>{t("members.end")}</button>
      </span>
    );
  };
  return (
    <>
      {problem ? <div style={{ padding: 18 }}><ErrorCard problem={problem} /></div> : null}
      <Rows rows={rows} rowKey={(row) => row.person} label={t("members.colleagues")}
        columns={[
          { key: "name", title: t("members.name"), render: (row) => <><span className="strong">{row.name}</span><div className="small muted">{row.email}</div></> },
          { key: "role", title: t("members.role"), render: (row) => term("Role", row.role) },
          { key: "status", title: t("members.status"), render: (row) => <StatusPill tone={TONES[row.status] ?? "neutral"}>{t(`members.statuses.${STATUSES.find((each) => each === row.status) ?? "pending"}`)}</StatusPill> },
          { key: "since", title: t("members.since"), render: (row) => <Instant at={row.created_at} /> },
          { key: "acts", title: "", right: true, render: acts },
        ]} />
    </>
  );
}

function OnTheWay({ rows }: { rows: InvitationRow[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const place = (state: string) => (state === "draft" ? t("members.waitsForHer") : state === "submitted" ? t("members.waitsForAdministrator") : state === "approved" ? t("members.waitsForRegulator") : term("RegistrationState", state));
  return (
    <Rows rows={rows} rowKey={(row) => row.registration_id} label={t("members.onTheWay")}
      columns={[
        { key: "name", title: t("members.name"), render: (row) => <><span className="strong">{row.name}</span><div className="small muted">{row.email}</div></> },
        { key: "role", title: t("members.role"), render: (row) => term("Role", row.role) },
        { key: "state", title: t("members.status"), render: (row) => <StatusPill tone="warn">{place(row.state)}</StatusPill> },
        { key: "since", title: t("members.invitedAt"), render: (row) => <Instant at={row.created_at} /> },
      ]} />
  );
}

function InviteForm({ draft }: { draft: Invite | null }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const client = useQueryClient();
  const [made, setMade] = useState<{ code: string; name: string } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const roles = rolesOfKind[me.kind];
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    setBusy(true);
    const answer = await invite({ name: text("name"), email: text("email"), role: text("role") });
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setMade({ code: answer.value.code, name: text("name") });
    form.reset();
    await client.invalidateQueries({ queryKey: ["members"] });
  };
  return (
    <Card title={t("members.invite")}>
      <div className="stack">
        <p className="small muted">{t("members.inviteText")}</p>
        {draft ? <Notice tone="warn" icon="info">{t("members.again", { name: draft.name })}</Notice> : null}
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
          <Field label={t("members.name")}>{(ids) => <input {...ids} className="input" name="name" maxLength={80} defaultValue={draft?.name} required />}</Field>
          <Field label={t("register.email")}>{(ids) => <input {...ids} className="input" name="email" type="email" defaultValue={draft?.email} required />}</Field>
          <Field label={t("members.role")}>
            {(ids) => <select {...ids} className="input" name="role" defaultValue={draft?.role ?? roles[0]}>{roles.map((role) => <option key={role} value={role}>{term("Role", role)}</option>)}</select>}
          </Field>
          {problem ? <ErrorCard problem={problem} /> : null}
          <div><button type="submit" className="button primary" disabled={busy}><Icon name="plus" size={16} />{t("members.send")}</button></div>
        </form>
        {made ? <Code code={made.code} name={made.name} /> : null}
      </div>
    </Card>
  );
}

function Code({ code, name }: { code: string; name: string }) {
  const { t } = useTranslation();
  const address = `${location.origin}/app/invitation?code=${code}`;
  return (
    <Notice tone="ok" icon="key">
      <div className="stack tight">
        <span>{t("members.codeOnce", { name })}</span>
        <span className="big-figure mono" data-testid="invitation-code">{code}</span>
        <Hash value={address}><span className="small mono wrap-anywhere">{address}</span></Hash>
      </div>
    </Notice>
  );
}

/** What cannot be taken back is said before it is done. `next`: she is invited again, in another role. */
function EndDialog({ row, next, onClose, onEnded }: { row: MemberRow; next: boolean; onClose: () => void; onEnded: (draft: Invite | null) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const end = async () => {
    const answer = await setMemberStatus(row.person, "ended");
    if (!answer.ok) return setProblem(answer.error);
    await client.invalidateQueries({ queryKey: ["members"] });
    onEnded(next ? { name: row.name, email: row.email, role: row.role } : null);
  };
  return (
    <Suspense fallback={null}>
      <Dialog open title={t(next ? "members.changeTitle" : "members.endTitle", { name: row.name })} onClose={onClose}>
        <div className="stack">
          <p>{t("members.endText")}</p>
          {next ? <p>{t("members.changeText")}</p> : null}
          <p className="small muted">{t("members.endLedger")}</p>
          {problem ? <ErrorCard problem={problem} /> : null}
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button>
            <button type="button" className="button danger" onClick={() => void end()}>{t(next ? "members.endAndInvite" : "members.end")}</button>
          </div>
        </div>
      </Dialog>
    </Suspense>
  );
}
