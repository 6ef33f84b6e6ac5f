/** People who asked for new keys, for those who can help: what is proposed is what each asked for. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { proposalOf, proposeAct } from "@/api/acts";
import { recoveries, type RecoveryRow } from "@/api/recoveries";
import { useTerm } from "@/labels";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Rows } from "@/ui/List";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { TwoStepActs } from "./TwoStepActs";

/** Nothing where nobody asked. `acts`: with the acts that wait below, where the page has no list of them. */
export function Recoveries({ acts = false }: { acts?: boolean }) {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useQuery({ queryKey: ["recoveries"], queryFn: recoveries, refetchInterval: 15_000 });
  const [signing, setSigning] = useState<Signing | null>(null);
  const rows = (query.data?.results ?? []).filter((row) => !row.own);
  if (rows.length === 0) return null;
  const keysOf = (row: RecoveryRow) => (Array.isArray(row.act_args["keys"]) ? (row.act_args["keys"] as { use: string }[]) : []);
  const help = (row: RecoveryRow) => setSigning({
    title: t("recovery.helpTitle", { name: row.person_name }),
    statement: t(row.act === "rebind" ? "recovery.helpStatement" : "recovery.colleagueStatement"),
    facts: [
      { label: t("everybody.organisation"), value: row.organisation },
      { label: t("acts.person"), value: row.person_name },
      { label: t("recovery.reason"), value: row.reason },
      { label: t("acts.newKeys"), value: keysOf(row).map((key) => term("KeyUse", key.use)).join(" · ") },
      { label: t("acts.second"), value: row.act === "rebind" ? <>{t("acts.secondNote", { role: term("Role", "regulator") })} {t("acts.delay")}</> : t("recovery.thirdColleague") },
    ],
    intents: async () => [proposalOf(row.act, row.act_args)],
    send: ([signed]) => proposeAct(signed!, ""),
  });
  return (
    <>
      <Card title={t("recovery.list")} note={t("recovery.listNote")} flush>
        <Rows rows={rows} rowKey={(row) => row.id} label={t("recovery.list")}
          columns={[
            { key: "who", title: t("acts.person"), render: (row) => <><span className="strong">{row.person_name}</span><div className="small muted">{row.organisation}</div></> },
            { key: "reason", title: t("recovery.reason"), render: (row) => row.reason },
            { key: "at", title: t("recovery.asked"), render: (row) => <Instant at={row.created_at} /> },
            { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={row.action_state === "executed" ? "ok" : "warn"}>{t(`recovery.states.${row.action_state || "asked"}`)}</StatusPill> },
            { key: "do", title: "", right: true, render: (row) => (row.act ? <button type="button" className="button small primary" onClick={() => help(row)}>{t("recovery.help")}</button> : null) },
          ]} />
      </Card>
      {acts ? <TwoStepActs title={t("acts.ownTitle")} empty={t("acts.ownNone")} /> : null}
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}
