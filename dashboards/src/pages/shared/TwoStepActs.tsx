/** Acts of two persons as a list: confirmed, taken back or carried out by whoever may. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { confirmAction, executeAction, withdrawAction, type Action } from "@/api/acts";
import { useList } from "@/api/lists";
import { useTerm } from "@/labels";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Segments } from "@/ui/Segments";
import { Empty } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant, instantText } from "@/ui/time";
import { useActFacts, useActWords } from "./actWords";

const STATES = ["proposed", "confirmed", "executed", "all"] as const;
const TONES: Record<Action["state"], Tone> = { proposed: "warn", confirmed: "warn", executed: "ok", withdrawn: "neutral", expired: "neutral" };

/** `only`: acts of one name. */
export function TwoStepActs({ title, empty, first = "proposed", only = null }: { title: string; empty: string; first?: (typeof STATES)[number]; only?: string | null }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useActWords();
  const facts = useActFacts();
  const [state, setState] = useState<(typeof STATES)[number]>(first);
  const [signing, setSigning] = useState<Signing | null>(null);
  const query = useList<Action>("actions/", { state: state === "all" ? null : state, act: only }, { refetchInterval: 10_000 });
  const confirm = (row: Action) => setSigning({ title: t("actions.confirmTitle"), statement: words(row), facts: facts(row), intents: async () => [row.signing], send: ([signed]) => confirmAction(row.id, signed!) });
  const withdraw = (row: Action) => setSigning({ title: t("acts.withdrawTitle"), statement: `${t("acts.withdrawStatement")} ${words(row)}`, facts: facts(row), intents: async () => [{ name: "withdraw_action", args: { action: row.id } }], send: ([signed]) => withdrawAction(row.id, signed!) });
  const execute = (row: Action) => setSigning({ title: t("acts.executeTitle"), statement: `${t("acts.executeStatement")} ${words(row)}`, facts: facts(row), intents: async () => [{ name: "execute_action", args: { action: row.id } }], send: ([signed]) => executeAction(row.id, signed!) });
  const buttons = (row: Action) => (
    <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
      {row.may_confirm ? <button type="button" className="button primary small" onClick={() => confirm(row)}><Icon name="pen" size={14} />{t("actions.confirm")}</button> : null}
      {row.may_execute ? <button type="button" className="button primary small" onClick={() => execute(row)}>{t("acts.execute")}</button> : null}
      {row.may_withdraw ? <button type="button" className="button small" onClick={() => withdraw(row)}>{t("acts.withdraw")}</button> : null}
    </span>
  );
  return (
    <Card title={title} flush aside={
      <Segments label={t("registrations.state")} value={state} onChange={setState} options={STATES.map((each) => ({ value: each, label: each === "all" ? t("ui.all") : term("ActionState", each) }))} />
    }>
      <List query={query} rowKey={(row) => row.id} label={title} empty={<Empty title={empty} />}
        columns={[
          { key: "act", title: t("actions.act"), render: (row) => <><span className="strong">{words(row)}</span>{row.reason ? <div className="small muted">{row.reason}</div> : null}</> },
          { key: "by", title: t("actions.proposedBy"), render: (row) => row.proposed_by_name || row.proposed_by },
          { key: "second", title: t("acts.confirmedBy"), render: (row) => row.confirmed_by_name || row.confirmed_by || "—" },
          { key: "at", title: t("actions.at"), render: (row) => <Instant at={row.created_at} /> },
          { key: "state", title: t("actions.state"), render: (row) => <><StatusPill tone={TONES[row.state]}>{term("ActionState", row.state)}</StatusPill>{row.state === "confirmed" && !row.may_execute && row.not_before ? <div className="small muted">{t("acts.waits", { at: instantText(row.not_before) })}</div> : null}</> },
          { key: "do", title: "", right: true, render: buttons },
        ]} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
