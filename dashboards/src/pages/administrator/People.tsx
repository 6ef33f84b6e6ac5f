/** The people of all organisations: one administrator proposes to suspend or reinstate, another confirms. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { proposalOf, proposeAct, reasonDigest, type PersonRow } from "@/api/acts";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Empty, Forbidden } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Recoveries } from "../shared/Recoveries";
import { TwoStepActs } from "../shared/TwoStepActs";
import { useActWords } from "../shared/actWords";

const STATUSES = ["active", "suspended", "pending", "ended"] as const;
const TONES: Record<string, Tone> = { active: "ok", suspended: "warn", pending: "neutral", ended: "neutral" };

interface Wanted {
  act: "suspend" | "reinstate";
  row: PersonRow;
  whole: boolean;
}

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const { q } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [wanted, setWanted] = useState<Wanted | null>(null);
  if (!can(me, "review_registrations")) return <Forbidden />;
  return (
    <>
      <PageHead title={t("everybody.title")} sub={t("everybody.sub")} />
      <div className="stack">
        <Card title={t("everybody.title")} flush aside={
          <form role="search" className="row tight" style={{ flexWrap: "nowrap" }} onSubmit={(event) => { event.preventDefault(); void navigate({ to: "/people", search: { q: String(new FormData(event.currentTarget).get("q") ?? "").trim() || undefined } }); }}>
            <input name="q" className="input" aria-label={t("everybody.search")} placeholder={t("everybody.search")} defaultValue={q ?? ""} />
            <button type="submit" className="button small"><Icon name="search" size={14} />{t("menu.search")}</button>
          </form>
        }>
          <Everybody words={q ?? ""} onWant={setWanted} />
        </Card>
        {wanted ? <Reason key={`${wanted.act}${wanted.row.person}${wanted.whole}`} wanted={wanted} onClose={() => setWanted(null)} /> : null}
        <Recoveries />
        <TwoStepActs title={t("actions.twoStep")} empty={t("actions.none")} />
      </div>
    </>
  );
}

function Everybody({ words, onWant }: { words: string; onWant: (wanted: Wanted) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const query = useList<PersonRow>("people/", { q: words || null });
  const button = (label: string, wanted: Wanted, danger = false) => <button type="button" className={`button small ${danger ? "danger" : ""}`} onClick={() => onWant(wanted)}>{label}</button>;
  const acts = (row: PersonRow) => {
    if (row.person === me.person.id) return null;
    const system = row.kind === "administrator" || row.kind === "regulator";
    return (
      <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
        {row.status === "active" ? button(t("everybody.suspend"), { act: "suspend", row, whole: false }) : null}
        {row.status === "suspended" ? button(t("everybody.reinstate"), { act: "reinstate", row, whole: false }) : null}
        {!system && row.organisation_status === "active" ? button(t("everybody.suspendAll"), { act: "suspend", row, whole: true }, true) : null}
        {!system && row.organisation_status === "suspended" ? button(t("everybody.reinstateAll"), { act: "reinstate", row, whole: true }) : null}
      </span>
    );
  };
  return (
    <List query={query} rowKey={(row) => `${row.account}${row.person}`} label={t("everybody.title")} empty={<Empty icon="people" title={t("everybody.none")} />}
      columns={[
        { key: "name", title: t("everybody.name"), render: (row) => <><span className="strong">{row.name}</span><div className="small muted">{row.email}</div></> },
        { key: "organisation", title: t("everybody.organisation"), render: (row) => <>{row.organisation}<div className="small muted">{term("AccountKind", row.kind)}</div></> },
        { key: "role", title: t("everybody.role"), render: (row) => term("Role", row.role) },
        { key: "status", title: t("everybody.status"), render: (row) => <StatusPill tone={TONES[row.status] ?? "neutral"}>{t(`everybody.statuses.${STATUSES.find((each) => each === row.status) ?? "pending"}`)}</StatusPill> },
        { key: "unit", title: t("everybody.unitStatus"), render: (row) => <StatusPill tone={row.organisation_status === "active" ? "ok" : "neutral"}>{term("AccountState", row.organisation_status)}</StatusPill> },
        { key: "do", title: "", right: true, render: acts },
      ]} />
  );
}

function Reason({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useActWords();
  const { act, row, whole } = wanted;
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [signing, setSigning] = useState<Signing | null>(null);
  const [done, setDone] = useState(false);
  const target = { account: row.account, ...(whole ? {} : { person: row.person }) };
  const title = words({ act, act_args: target, organisation: row.organisation, person_name: row.name, counterparty_name: "" });
  const submit = async () => {
    setTried(true);
    if (!reason.trim()) return;
    const args = { ...target, reason_digest: await reasonDigest(reason) };
    setSigning({
      title: t("acts.proposedTitle", { act: title }),
      statement: t(`acts.statements.${act}`),
      facts: [
        { label: t("everybody.organisation"), value: row.organisation },
        { label: t("acts.person"), value: whole ? t("acts.whole") : `${row.name} · ${term("Role", row.role)}` },
        { label: t("acts.reason"), value: reason.trim() },
        { label: t("acts.second"), value: <>{t("acts.secondNote", { role: term("Role", "administrator") })} {t("acts.atOnce")}</> },
      ],
      intents: async () => [proposalOf(act, args)],
      send: ([signed]) => proposeAct(signed!, reason),
      onDone: (state) => setDone(state.state === "committed"),
    });
  };
  return (
    <Card title={title} note={t("acts.proposeNote")}>
      <form className="stack" aria-label={title} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Field label={t("acts.reason")} hint={t("acts.reasonHint")} fault={tried && !reason.trim() ? t("acts.faults.reason") : null}>
          {(ids) => <textarea {...ids} autoFocus className="input" rows={2} maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        <div className="row"><button type="submit" className="button primary"><Icon name="pen" size={16} />{t("acts.submit")}</button><button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button></div>
      </form>
      <ConfirmSign signing={signing} onClose={() => (done ? onClose() : setSigning(null))} />
    </Card>
  );
}
