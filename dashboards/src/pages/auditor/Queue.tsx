/** The auditor's cases, open ones first, each with its next step. */
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CaseRow } from "@/api/accounting";
import { useList } from "@/api/lists";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { List } from "@/ui/List";
import { Empty } from "@/ui/states";
import { ClockWords } from "@/ui/ClockWords";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { Compilations } from "./Compilations";

export function Page() {
  const { t } = useTranslation();
  const term = useTerm();
  const navigate = useNavigate();
  const query = useList<CaseRow>("cases/", {}, { refetchInterval: 10_000 });
  return (
    <>
      <PageHead title={t("queue.title")} />
      <div className="stack">
      <Card flush>
        <List query={query} rowKey={(row) => row.id} label={t("queue.title")}
          empty={<Empty title={t("queue.none")}>{t("queue.noneText")}</Empty>}
          onOpen={(row) => void navigate({ to: "/review/$case", params: { case: row.id } })}
          columns={[
            { key: "enterprise", title: t("queue.enterprise"), render: (row) => <span className="strong">{row.enterprise || row.account}</span> },
            { key: "plant", title: t("periods.plant"), render: (row) => <span className="mono">{row.plant}</span> },
            { key: "period", title: t("periods.period"), render: (row) => <span className="num">{row.period} · v{row.version}</span> },
            { key: "next", title: t("queue.next"), render: (row) => (row.next_step ? term("VerificationStep", row.next_step) : row.open ? t("queue.approve") : "—") },
            { key: "clock", title: t("findings.clock"), render: (row) => <ClockWords row={row} /> },
            { key: "opened", title: t("queue.opened"), render: (row) => <Instant at={row.opened_at} /> },
            { key: "state", title: t("periods.state"), render: (row) => <StatusPill tone={row.state === "minted" ? "chain" : row.open ? "warn" : "neutral"}>{term("ReportState", row.state)}</StatusPill> },
          ]} />
      </Card>
      <Compilations />
      </div>
    </>
  );
}
