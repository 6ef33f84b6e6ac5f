/** One case: the frozen statement, its evidence, findings, and the steps that end in a minted report. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, Statement } from "@/api/accounting";
import { caseDoor } from "@/api/basis";
import { caseEvidenceUrl, oneCase } from "@/api/cases";
import { useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { useTopicEvents } from "@/live";
import { Grounded } from "@/pages/shared/Grounded";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { EvidenceList } from "@/ui/Evidence";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Acts } from "./Acts";
import { CaseFindings, type Place } from "./CaseFindings";
import { Matters } from "./Matters";
import { Sample } from "./Sample";
import { SiteVisit } from "./SiteVisit";
import { StepLine } from "./StepLine";
import { Witnesses } from "./Witnesses";

export function Page() {
  const { case: id } = useParams({ strict: false }) as { case: string };
  const me = useMyself();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["case", id], queryFn: () => oneCase(id), refetchInterval: 8_000 });
  useTopicEvents(`account.${me.account}`, () => void client.invalidateQueries({ queryKey: ["case", id] }));
  return <Answer query={query} rows={8}>{(data) => <View row={data} />}</Answer>;
}

function View({ row }: { row: Case }) {
  const { t } = useTranslation();
  const term = useTerm();
  const [place, setPlace] = useState<Place | null>(null);
  return (
    <>
      <PageHead title={t("review.title", { name: row.enterprise || row.account })}
        sub={<><span className="mono">{row.plant}</span> · <span className="num">{row.period}</span> · {t("periods.version")} {row.version} · <StatusPill tone={row.state === "minted" ? "chain" : "warn"}>{term("ReportState", row.state)}</StatusPill></>}>
        {row.statement ? <Link to="/review/$case/witnesses" params={{ case: row.id }} className="button">{t("witness.open")}</Link> : null}
        {row.statement ? <Link to="/review/$case/known" params={{ case: row.id }} className="button">{t("looks.known")}</Link> : null}
        {row.statement ? <Link to="/review/$case/recompute" params={{ case: row.id }} className="button"><Icon name="pulse" size={16} />{t("recompute.open")}</Link> : null}
        <Acts row={row} />
      </PageHead>
      <div className="columns two-one">
        <div className="stack">
          {row.statement ? <Frozen statement={row.statement} id={row.id} period={row.period} /> : <Card><Empty icon="shield" title={t("review.closed")}>{t("review.closedText")}</Empty></Card>}
          {row.statement ? <Witnesses rows={row.witnesses} /> : null}
          {row.statement ? <CaseFindings row={row} place={place} onPlaced={() => setPlace(null)} /> : null}
          {row.seed || row.plan ? <Sample row={row} onFinding={setPlace} /> : null}
          {row.statement && !row.period.includes("-") ? <SiteVisit row={row} /> : null}
          {row.statement ? <Matters row={row} /> : null}
        </div>
        <div className="stack">
          <Card title={t("review.steps")}><StepLine row={row} /></Card>
          {row.statement ? (
            <Card title={t("period.evidence")} note={String(row.evidence.length)}>
              {row.evidence.length === 0 ? <span className="muted">{t("period.evidenceNone")}</span> : <EvidenceList rows={row.evidence} url={(evidence) => caseEvidenceUrl(row.id, evidence)} />}
              <p className="small muted">{t("scans.text")}</p>
            </Card>
          ) : null}
          {row.statement ? <Meta statement={row.statement} row={row} /> : null}
        </div>
      </div>
    </>
  );
}

function Frozen({ statement, id, period }: { statement: Statement; id: string; period: string }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return (
    <>
      <Card title={t("period.lines")} note={t("review.frozen")} flush aside={<strong><Num value={statement.total.tco2e} places={3} unit={t("unit.tco2")} /></strong>}>
        <Grounded door={caseDoor(id)} period={period} lines={statement.lines} total={statement.total.tco2e} />
      </Card>
      {statement.remarks.map((remark) => (
        <Notice key={`${remark.name}${remark.stream}${remark.zh}`} tone="warn" icon="alert">
          <strong>{remark[language]}</strong>
          {remark.answer ? <p className="small">{t("period.answered")}: {remark.answer}</p> : null}
        </Notice>
      ))}
    </>
  );
}

function Meta({ statement, row }: { statement: Statement; row: Case }) {
  const { t, i18n } = useTranslation();
  const record = row.record as { statement_digest?: string; figures_root?: string };
  return (
    <Card title={t("review.about")}>
      <Facts>
        <Fact label={t("register.uscc")}><span className="mono">{statement.entity.usci || "—"}</span></Fact>
        <Fact label={t("periods.guideline")}>{i18n.language === "en" ? statement.guideline.en : statement.guideline.zh}</Fact>
        <Fact label={t("reports.digest")}><Hash value={record.statement_digest ?? ""} /></Fact>
        <Fact label={t("review.auditor")}>{row.auditor_name || row.auditor || "—"}</Fact>
      </Facts>
    </Card>
  );
}
