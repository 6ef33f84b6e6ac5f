import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CaseRow } from "@/api/accounting";
import { sampleToSign, sendSample } from "@/api/cases";
import { useList } from "@/api/lists";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Failed, Empty, SkeletonRows } from "@/ui/states";

/** Cases whose plan is committed and whose sample waits for the regulator's nonce. */
export function SamplesToOpen() {
  const { t } = useTranslation();
  const [signing, setSigning] = useState<Signing | null>(null);
  const query = useList<CaseRow>("cases/", {}, { refetchInterval: 10_000 });
  const rows = (query.data?.pages ?? []).flatMap((page) => page.results).filter((row) => row.open && row.record["plan_digest"] && !row.record["regulator_nonce"] && !row.record["seed"]);
  const open = (row: CaseRow) => setSigning({
    title: t("actions.openSampleTitle"),
    statement: t("actions.openSampleStatement"),
    facts: [{ label: t("queue.enterprise"), value: row.enterprise || row.account }, { label: t("periods.period"), value: `${row.period} · v${row.version}` }, { label: t("review.auditor"), value: row.auditor_name || row.auditor }],
    intents: async () => [await sampleToSign(row.id)],
    send: ([signed]) => sendSample(row.id, signed!),
  });
  return (
    <Card title={t("actions.samples")} flush>
      {query.isPending ? <SkeletonRows rows={2} /> : query.error ? <Failed error={query.error} /> : rows.length === 0 ? <Empty icon="check" title={t("actions.samplesNone")} /> : (
        <Rows rows={rows} rowKey={(row) => row.id} label={t("actions.samples")}
          columns={[
            { key: "enterprise", title: t("queue.enterprise"), render: (row) => <span className="strong">{row.enterprise || row.account}</span> },
            { key: "period", title: t("periods.period"), render: (row) => <span className="num">{row.period} · v{row.version}</span> },
            { key: "auditor", title: t("review.auditor"), render: (row) => row.auditor_name || row.auditor },
            { key: "do", title: "", right: true, render: (row) => <button type="button" className="button primary small" onClick={() => open(row)}><Icon name="pen" size={14} />{t("actions.openSample")}</button> },
          ]} />
      )}
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
