/** Reports: an enterprise's own, or all on the ledger for overseers; an auditor sees what she verified. */
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CaseRow, ReportRow } from "@/api/accounting";
import { useList } from "@/api/lists";
import { useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { List } from "@/ui/List";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { Empty } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

export const REPORT_TONES: Record<string, Tone> = { minted: "chain", submitted: "warn", in_verification: "warn", returned: "danger", withdrawn: "neutral", superseded: "neutral" };

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  return (
    <>
      <PageHead title={t("reports.title")} />
      <Card flush>{me.kind === "auditor" ? <Verified /> : <Own />}</Card>
    </>
  );
}

function None() {
  const { t } = useTranslation();
  return <Empty icon="file" title={t("reports.none")}>{t("reports.noneText")}</Empty>;
}

function Own() {
  const { t } = useTranslation();
  const term = useTerm();
  const navigate = useNavigate();
  const query = useList<ReportRow>("reports/", {}, { refetchInterval: 20_000 });
  return (
    <List query={query} rowKey={(row) => row.id} label={t("reports.title")} empty={<None />}
      onOpen={(row) => void navigate({ to: "/reports/$report", params: { report: row.id } })}
      columns={[
        { key: "period", title: t("reports.period"), render: (row) => <span className="strong num">{row.period} · v{row.version}</span> },
        { key: "plant", title: t("reports.plant"), render: (row) => <span className="mono">{row.plant}</span> },
        { key: "total", title: t("reports.total"), right: true, render: (row) => <Num value={gramsAsTonnes(row.total_g)} places={3} unit={t("unit.tco2")} /> },
        { key: "state", title: t("reports.state"), render: (row) => <StatusPill tone={REPORT_TONES[row.state] ?? "neutral"}>{term("ReportState", row.state)}</StatusPill> },
        { key: "digest", title: t("reports.digest"), render: (row) => <Hash value={row.digest} /> },
        { key: "at", title: t("reports.minted"), render: (row) => <Instant at={row.minted_at} /> },
      ]} />
  );
}

function Verified() {
  const { t } = useTranslation();
  const term = useTerm();
  const navigate = useNavigate();
  const query = useList<CaseRow>("cases/");
  return (
    <List query={query} rowKey={(row) => row.id} label={t("reports.title")} empty={<None />}
      onOpen={(row) => void navigate({ to: "/review/$case", params: { case: row.id } })}
      columns={[
        { key: "enterprise", title: t("reports.enterprise"), render: (row) => <span className="strong">{row.enterprise || row.account}</span> },
        { key: "period", title: t("reports.period"), render: (row) => <span className="num">{row.period} · v{row.version}</span> },
        { key: "state", title: t("reports.state"), render: (row) => <StatusPill tone={REPORT_TONES[row.state] ?? "neutral"}>{term("ReportState", row.state)}</StatusPill> },
        { key: "plant", title: t("reports.plant"), render: (row) => <span className="mono">{row.plant}</span> },
        { key: "at", title: t("review.opened"), render: (row) => <Instant at={row.opened_at} /> },
      ]} />
  );
}
