/** One report: its lines, what the ledger has of it, the files to take away, and the code others verify it by. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Report } from "@/api/accounting";
import { ownDoor } from "@/api/basis";
import { useTerm } from "@/labels";
import { get } from "@/lib/fetch";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Hash, shortHash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { Answer } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { Grounded } from "./Grounded";
import { REPORT_TONES } from "./Reports";

const QrCode = lazy(() => import("@/ui/antd/QrCode").then((module) => ({ default: module.QrCode })));

export function Page() {
  const { report: id } = useParams({ strict: false }) as { report: string };
  const query = useQuery({ queryKey: ["report", id], queryFn: () => get<Report>(`reports/${id}/`), refetchInterval: 20_000 });
  return <Answer query={query} rows={8}>{(data) => <View report={data} />}</Answer>;
}

function View({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const statement = report.statement;
  const plant = i18n.language === "en" ? statement.plant.en : statement.plant.zh;
  return (
    <>
      <PageHead title={<>{plant} · <span className="num">{report.period}</span></>}
        sub={<>{statement.entity.name} · {i18n.language === "en" ? statement.guideline.en : statement.guideline.zh} · {t("reports.version")} {report.version}</>}>
        <StatusPill tone={REPORT_TONES[report.state] ?? "neutral"}>{term("ReportState", report.state)}</StatusPill>
      </PageHead>
      <div className="columns two-one">
        <Card title={t("reports.figures")} flush aside={<strong><Num value={gramsAsTonnes(report.total_g)} places={3} unit={t("unit.tco2")} /></strong>}>
          <Grounded door={ownDoor(report.plant)} period={report.period} lines={statement.lines} total={statement.total.tco2e} />
        </Card>
        <div className="stack">
          <Card title={t("reports.chain")}>
            <Facts>
              <Fact label={t("reports.digest")}><Hash value={report.digest}>{report.submitted_tx ? <Link to="/trace" search={{ q: report.digest }} className="mono">{shortHash(report.digest)}</Link> : null}</Hash></Fact>
              <Fact label={t("reports.submittedTx")}><TxLink tx={report.submitted_tx} /></Fact>
              <Fact label={t("reports.mintedTx")}><TxLink tx={report.minted_tx} /></Fact>
              <Fact label={t("reports.block")}>{report.minted_block === null ? "—" : <Link className="num" to="/chain" search={{ q: String(report.minted_block) }}>#{report.minted_block}</Link>}</Fact>
              <Fact label={t("reports.minted")}><Instant at={report.minted_at} /></Fact>
            </Facts>
          </Card>
          <Downloads report={report} />
          <Card title={t("reports.qr")}>
            <div className="row wide">
              <Suspense fallback={null}><QrCode text={`${location.origin}/verify?digest=${report.digest}`} size={132} /></Suspense>
              <Link to="/verify" search={{ digest: report.digest }} className="button"><Icon name="shield" size={16} />{t("reports.verify")}</Link>
            </div>
          </Card>
        </div>
      </div>
    </>
  );
}

/** A transaction that opens its proof: block, endorsers, times. */
function TxLink({ tx }: { tx: string | null }) {
  return <Hash value={tx}>{tx ? <Link to="/chain" search={{ q: tx }} className="mono">{shortHash(tx)}</Link> : null}</Hash>;
}

interface Paper {
  kind: string;
  label: string;
  path: string;
}

function Downloads({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const base = `/api/v1/reports/${report.id}`;
  const made: Paper[] = [
    { kind: "pdf", label: t("reports.pdf"), path: `${base}/pdf/` },
    { kind: "xlsx", label: t("reports.workbook"), path: `${base}/xlsx/` },
    { kind: "receipt", label: t("reports.receipt"), path: `${base}/receipt/` },
  ];
  const verified: Paper[] = [
    { kind: "verification_pdf", label: t("reports.verificationPdf"), path: `${base}/verification/pdf/` },
    { kind: "verification_xlsx", label: t("reports.verificationWorkbook"), path: `${base}/verification/xlsx/` },
  ];
  const papers = report.verification ? [...made, ...verified] : made;
  const waiting = papers.some((paper) => LANGUAGES.some((language) => !ready(report, paper.kind, language)));
  return (
    <Card title={t("reports.download")}>
      <dl className="facts">
        {papers.map((paper) => <InBoth key={paper.kind} paper={paper} report={report} />)}
        <dt>{t("reports.data")}</dt>
        <dd className="row tight">
          <Take url={`${base}/json/`}>{t("reports.json")}</Take>
          {report.verification ? <Take url={`${base}/verification/`}>{t("reports.verificationJson")}</Take> : null}
        </dd>
      </dl>
      {report.verification ? <p><a className="button small" href={`${base}/verification/html/?lang=${i18n.language === "en" ? "en" : "zh"}`} target="_blank" rel="noreferrer"><Icon name="eye" size={15} />{t("reports.verification")}</a></p> : null}
      {waiting && report.state === "minted" ? <p className="small muted">{t("reports.preparing")}</p> : null}
    </Card>
  );
}

const LANGUAGES = ["zh", "en"] as const;

function ready(report: Report, kind: string, language: string): boolean {
  return report.files.some((file) => file.kind === kind && file.language === language && file.ready);
}

/** One paper in each language that is printed already. */
function InBoth({ paper, report }: { paper: Paper; report: Report }) {
  const { t } = useTranslation();
  const there = LANGUAGES.filter((language) => ready(report, paper.kind, language));
  return (
    <>
      <dt>{paper.label}</dt>
      <dd className="row tight">{there.length === 0 ? "—" : there.map((language) => <Take key={language} url={`${paper.path}?lang=${language}`} name={`${paper.label} (${t(`reports.languages.${language}`)})`}>{t(`reports.languages.${language}`)}</Take>)}</dd>
    </>
  );
}

function Take({ url, name, children }: { url: string; name?: string; children: React.ReactNode }) {
  return <a className="button small" href={url} aria-label={name}><Icon name="download" size={15} />{children}</a>;
}
