/** What waits for the second person: each act in plain words, with the digest that is confirmed. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { confirmAction, type Action } from "@/api/administration";
import { useList } from "@/api/lists";
import { useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Segments } from "@/ui/Segments";
import { Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { CasesToOpen } from "./CasesToOpen";
import { DrawsToKeep } from "./DrawsToKeep";
import { IssuesToEndorse } from "./IssuesToEndorse";
import { SamplesToOpen } from "./SamplesToOpen";

const STATES = ["proposed", "executed", "all"] as const;

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  return (
    <>
      <PageHead title={t("actions.title")} sub={t("actions.sub")} />
      <div className="stack">
        <TwoStep />
        <DrawsToKeep />
        {me.kind === "regulator" ? <><IssuesToEndorse /><CasesToOpen /><SamplesToOpen /></> : null}
      </div>
    </>
  );
}

function useActWords() {
  const { t } = useTranslation();
  const term = useTerm();
  return (action: Action): string => {
    const args = action.act_args;
    if (action.act === "activate") return t("actions.activate", { role: term("Role", String(args["role"])), organisation: action.organisation || String(args["account"]) });
    if (action.act === "set_obligation") return t("actions.setObligation", { account: action.organisation || String(args["account"]), year: String(args["year"]) });
    if (action.act === "set_parameters") return t("actions.setParameters", { group: String(args["group"]) });
    return t(`tx.${action.act}`, { defaultValue: action.act });
  };
}

function TwoStep() {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useActWords();
  const [state, setState] = useState<(typeof STATES)[number]>("proposed");
  const [signing, setSigning] = useState<Signing | null>(null);
  const query = useList<Action>("actions/", { state: state === "all" ? null : state }, { refetchInterval: 10_000 });
  const open = (action: Action) => setSigning({
    title: t("actions.confirmTitle"),
    statement: words(action),
    facts: [
      { label: t("actions.proposedBy"), value: action.proposed_by_name || action.proposed_by },
      { label: t("actions.digest"), value: <span className="mono wrap-anywhere">{action.digest}</span> },
      { label: t("actions.arguments"), value: <pre className="signed-text">{JSON.stringify(action.act_args, null, 1)}</pre> },
    ],
    intents: async () => [action.signing],
    send: ([signed]) => confirmAction(action.id, signed!),
  });
  return (
    <Card title={t("actions.twoStep")} flush aside={
      <Segments label={t("registrations.state")} value={state} onChange={setState} options={STATES.map((each) => ({ value: each, label: each === "all" ? t("ui.all") : term("ActionState", each) }))} />
    }>
      <List query={query} rowKey={(row) => row.id} label={t("actions.twoStep")} empty={<Empty title={t("actions.none")} />}
        columns={[
          { key: "act", title: t("actions.act"), render: (row) => <span className="strong">{words(row)}</span> },
          { key: "by", title: t("actions.proposedBy"), render: (row) => row.proposed_by_name || row.proposed_by },
          { key: "digest", title: t("actions.digest"), render: (row) => <Hash value={row.digest} /> },
          { key: "at", title: t("actions.at"), render: (row) => <Instant at={row.created_at} /> },
          { key: "do", title: t("actions.state"), right: true, render: (row) => row.may_confirm
            ? <button type="button" className="button primary small" onClick={() => open(row)}><Icon name="pen" size={14} />{t("actions.confirm")}</button>
            : <StatusPill tone={row.state === "executed" ? "ok" : "neutral"}>{term("ActionState", row.state)}</StatusPill> },
        ]} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
