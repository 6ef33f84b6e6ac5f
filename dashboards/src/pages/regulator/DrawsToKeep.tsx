import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commitmentsToSign, drawToSign, sendCommitments, sendDraw, useDraws, type DrawRow } from "@/api/draws";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Failed, Empty, SkeletonRows } from "@/ui/states";

/** The draw of auditors: each side commits before statements are submitted, and opens before cases are. */
export function DrawsToKeep() {
  const { t } = useTranslation();
  const [signing, setSigning] = useState<Signing | null>(null);
  const query = useDraws();
  const commit = () => setSigning({
    title: t("actions.commitDrawsTitle"),
    statement: t("actions.commitDrawsStatement"),
    facts: [],
    intents: async () => [await commitmentsToSign()],
    learn: ([intent]) => [{ label: t("actions.drawPeriods"), value: String((intent!.args["draws"] as unknown[]).length) }],
    send: ([signed]) => sendCommitments(signed!),
  });
  const open = (row: DrawRow) => setSigning({
    title: t("actions.openDrawTitle"),
    statement: t("actions.openDrawStatement"),
    facts: [{ label: t("periods.period"), value: row.period }, { label: t("actions.drawWaiting"), value: String(row.waiting) }],
    intents: async () => [await drawToSign(row.period)],
    send: ([signed]) => sendDraw(row.period, signed!),
  });
  const due = query.data?.to_commit ?? 0;
  const side = (state: string) => t(`actions.drawStates.${state as "missing" | "committed" | "open"}`);
  return (
    <Card title={t("actions.draws")} flush
      aside={due > 0 ? <button type="button" className="button primary small" onClick={commit}><Icon name="pen" size={14} />{t("actions.commitDraws", { n: due })}</button> : null}>
      {query.isPending ? <SkeletonRows rows={2} /> : query.error ? <Failed error={query.error} /> : query.data.results.length === 0 ? <Empty icon="check" title={t("actions.drawsNone")} /> : (
        <Rows rows={query.data.results} rowKey={(row) => row.period} label={t("actions.draws")}
          columns={[
            { key: "period", title: t("periods.period"), render: (row) => <span className="num">{row.period}</span> },
            { key: "waiting", title: t("actions.drawWaiting"), render: (row) => <span className="num">{row.waiting}</span> },
            { key: "administrator", title: t("actions.drawAdministrator"), render: (row) => side(row.administrator) },
            { key: "regulator", title: t("actions.drawRegulator"), render: (row) => side(row.regulator) },
            { key: "do", title: "", right: true, render: (row) => (row.mine_open ? null : <button type="button" className="button primary small" onClick={() => open(row)}><Icon name="pen" size={14} />{t("actions.openDraw")}</button>) },
          ]} />
      )}
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
