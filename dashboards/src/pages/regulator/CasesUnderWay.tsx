import { useTranslation } from "react-i18next";
import type { CaseRow } from "@/api/accounting";
import { useList } from "@/api/lists";
import { useTerm } from "@/labels";
import { PlanVersions } from "@/pages/auditor/Sample";
import { Card } from "@/ui/Card";
import { ClockWords } from "@/ui/ClockWords";
import { Rows } from "@/ui/List";
import { Empty, Failed, SkeletonRows } from "@/ui/states";

/** Open verifications: how far each is, changed sampling plans with their reasons, findings and what is overdue. */
export function CasesUnderWay() {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useList<CaseRow>("cases/", {}, { refetchInterval: 10_000 });
  const rows = (query.data?.pages ?? []).flatMap((page) => page.results).filter((row) => row.open);
  return (
    <Card title={t("findings.underWay")} flush>
      {query.isPending ? <SkeletonRows rows={2} /> : query.error ? <Failed error={query.error} /> : rows.length === 0 ? <Empty icon="check" title={t("findings.underWayNone")} /> : (
        <Rows rows={rows} rowKey={(row) => row.id} label={t("findings.underWay")}
          columns={[
            { key: "enterprise", title: t("queue.enterprise"), render: (row) => <span className="strong">{row.enterprise || row.account}</span> },
            { key: "period", title: t("periods.period"), render: (row) => <span className="num">{row.period} · v{row.version}</span> },
            { key: "auditor", title: t("review.auditor"), render: (row) => row.auditor_name || row.auditor },
            { key: "step", title: t("findings.step"), render: (row) => (row.next_step ? term("VerificationStep", row.next_step) : t("queue.approve")) },
            { key: "plans", title: t("findings.plans"), render: (row) => <PlanVersions record={row.record} /> },
            { key: "clock", title: t("findings.clock"), render: (row) => <ClockWords row={row} /> },
          ]} />
      )}
    </Card>
  );
}
