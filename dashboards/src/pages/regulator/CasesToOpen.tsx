import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CaseRow } from "@/api/accounting";
import { openingToSign, sendOpening } from "@/api/cases";
import { useList } from "@/api/lists";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Empty } from "@/ui/states";
import { Instant } from "@/ui/time";

/** Submissions without a case: the regulator opens one, the ledger assigns the auditor whom the draw gives. */
export function CasesToOpen() {
  const { t } = useTranslation();
  const [signing, setSigning] = useState<Signing | null>(null);
  const query = useList<CaseRow>("cases/", { state: "unopened" }, { refetchInterval: 10_000 });
  const open = (row: CaseRow) => setSigning({
    title: t("actions.openCaseTitle"),
    statement: t("actions.openCaseStatement"),
    facts: [{ label: t("queue.enterprise"), value: row.enterprise || row.account }, { label: t("periods.plant"), value: row.plant }, { label: t("periods.period"), value: `${row.period} · v${row.version}` }],
    intents: async () => [await openingToSign(row.id)],
    send: ([signed]) => sendOpening(row.id, signed!),
  });
  return (
    <Card title={t("actions.cases")} flush>
      <List query={query} rowKey={(row) => row.id} label={t("actions.cases")} empty={<Empty icon="check" title={t("actions.casesNone")} />}
        columns={[
          { key: "enterprise", title: t("queue.enterprise"), render: (row) => <span className="strong">{row.enterprise || row.account}</span> },
          { key: "plant", title: t("periods.plant"), render: (row) => <span className="mono">{row.plant}</span> },
          { key: "period", title: t("periods.period"), render: (row) => <span className="num">{row.period} · v{row.version}</span> },
          { key: "at", title: t("review.submitted"), render: (row) => <Instant at={row.submitted_at} /> },
          { key: "do", title: "", right: true, render: (row) => <button type="button" className="button primary small" onClick={() => open(row)}><Icon name="pen" size={14} />{t("actions.openCase")}</button> },
        ]} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
