/** One report: its lines, what the ledger has of it, the files to take away, and the code others verify it by. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Report } from "@/api/accounting";
import { useTerm } from "@/labels";
import { get } from "@/lib/fetch";
import { CalcTable } from "@/ui/CalcTable";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { Answer } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
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
          <CalcTable lines={statement.lines} total={statement.total.tco2e} />
        </Card>
        <div className="stack">
          <Card title={t("reports.chain")}>
            <Facts>
              <Fact label={t("reports.digest")}><Hash value={report.digest} /></Fact>
              <Fact label={t("reports.submittedTx")}><Hash value={report.submitted_tx} /></Fact>
              <Fact label={t("reports.mintedTx")}><Hash value={report.minted_tx} /></Fact>
              <Fact label={t("reports.block")}>{report.minted_block === null ? "—" : <span className="num">#{report.minted_block}</span>}</Fact>
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

/** A file in both languages. */
function both(kind: string, label: string, path: string) {
  return (["zh", "en"] as const).map((language) => ({ kind, language, label: `${label} (${language})`, url: `${path}?lang=${language}` }));
}

function Take({ url, children }: { url: string; children: React.ReactNode }) {
  return <a className="button small" href={url}><Icon name="download" size={15} />{children}</a>;
}

function Downloads({ report }: { report: Report }) {
  const { t, i18n } = useTranslation();
  const base = `/api/v1/reports/${report.id}`;
  const ready = (kind: string, language: string) => report.files.some((file) => file.kind === kind && file.language === language && file.ready);
  const made = [
    { kind: "pdf", language: "zh", label: t("reports.pdfZh"), url: `${base}/pdf/?lang=zh` },
    { kind: "pdf", language: "en", label: t("reports.pdfEn"), url: `${base}/pdf/?lang=en` },
    ...both("xlsx", t("reports.workbook"), `${base}/xlsx/`),
    ...both("receipt", t("reports.receipt"), `${base}/receipt/`),
  ];
  const verified = [
    ...both("verification_pdf", t("reports.verificationPdf"), `${base}/verification/pdf/`),
    ...both("verification_xlsx", t("reports.verificationWorkbook"), `${base}/verification/xlsx/`),
  ];
  return (
    <Card title={t("reports.download")}>
      <div className="stack tight">
        <div className="row">
          {made.filter((file) => ready(file.kind, file.language)).map((file) => <Take key={file.url} url={file.url}>{file.label}</Take>)}
          <Take url={`${base}/json/`}>{t("reports.json")}</Take>
        </div>
        {report.verification ? (
          <div className="row" role="group" aria-label={t("reports.verification")}>
            {verified.filter((file) => ready(file.kind, file.language)).map((file) => <Take key={file.url} url={file.url}>{file.label}</Take>)}
            <a className="button small" href={`${base}/verification/html/?lang=${i18n.language === "en" ? "en" : "zh"}`} target="_blank" rel="noreferrer"><Icon name="eye" size={15} />{t("reports.verification")}</a>
            <Take url={`${base}/verification/`}>{t("reports.verificationJson")}</Take>
          </div>
        ) : null}
      </div>
      {[...made, ...verified].some((file) => !ready(file.kind, file.language)) && report.state === "minted" ? <p className="small muted">{t("reports.preparing")}</p> : null}
    </Card>
  );
}
