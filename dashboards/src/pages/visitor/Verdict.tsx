/** What the ledger says of a digest, and the figures of the very file beside it. */
import { useTranslation } from "react-i18next";
import type { VerifiedReport } from "@/api/public";
import { useListed, useTerm } from "@/labels";
import { Card, Fact, Facts } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Num } from "@/ui/Num";
import { Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

export function Verdict({ digest, report, content }: { digest: string; report: VerifiedReport; content: string | null }) {
  const { t } = useTranslation();
  if (!report.found)
    return (
      <>
        <Notice tone="danger" icon="cross"><strong>{t("verify.notFound")}</strong><p>{t("verify.notFoundText")}</p></Notice>
        <Card><Facts><Fact label={t("verify.here")}><span className="mono wrap-anywhere">{digest}</span></Fact></Facts></Card>
      </>
    );
  return (
    <>
      <Notice tone="ok" icon="check"><strong>{t("verify.found")}</strong>{content ? <p>{t(report.kind === "verification" ? "verify.foundVerification" : "verify.foundText")}</p> : null}</Notice>
      <Pages checks={report.checks} />
      {report.state === "superseded" ? <Notice tone="warn" icon="alert">{t("verify.superseded")}</Notice> : null}
      <Card><LedgerFacts digest={digest} report={report} /></Card>
      {content ? <Figures content={content} /> : null}
    </>
  );
}

/** Whether the pages around the data are those that were made here; edited pages may carry true data. */
function Pages({ checks }: { checks: VerifiedReport["checks"] }) {
  const { t } = useTranslation();
  const pages = checks.find((check) => check.name === "pages");
  if (!pages) return null;
  return pages.holds
    ? <Notice tone="ok" icon="check">{t("verify.pagesSame")}</Notice>
    : <Notice tone="danger" icon="alert"><strong>{t("verify.pagesDiffer")}</strong><p>{t("verify.pagesDifferText")}</p></Notice>;
}

function LedgerFacts({ digest, report }: { digest: string; report: VerifiedReport }) {
  const { t } = useTranslation();
  const term = useTerm();
  const listed = useListed();
  return (
    <Facts>
      <Fact label={t("verify.here")}><span className="mono wrap-anywhere">{digest}</span></Fact>
      <Fact label={t("verify.state")}><StatusPill tone="chain">{term("ReportState", report.state)}</StatusPill></Fact>
      {report.enterprise ? <Fact label={t("verify.enterprise")}>{report.enterprise}</Fact> : null}
      {report.period ? <Fact label={t("verify.period")}>{report.period}</Fact> : null}
      {report.guideline ? <Fact label={t("verify.guideline")}><span className="mono">{report.guideline}</span></Fact> : null}
      {report.total_tco2 ? <Fact label={t("verify.total")}><Num value={report.total_tco2} places={3} unit={t("unit.tco2")} /></Fact> : null}
      <Fact label={t("verify.block")}>{report.block_number === null ? "—" : <span className="num">#{report.block_number}</span>}</Fact>
      <Fact label={t("verify.tx")}><Hash value={report.tx_id} /></Fact>
      <Fact label={t("verify.time")}><Instant at={report.minted_at} /></Fact>
      {report.endorsers.length ? <Fact label={t("verify.endorsers")}>{listed(report.endorsers.map((msp) => term("Msp", msp)))}</Fact> : null}
      {report.signers.length ? <Fact label={t("verify.signers")}>{listed(report.signers.map((signer) => signer.name ?? signer.person))}</Fact> : null}
    </Facts>
  );
}

/** Every text or whole number of the file with its path, as the file holds it. */
function flat(value: unknown, path: string, into: [string, string][]): [string, string][] {
  if (into.length >= 400) return into;
  if (typeof value === "object" && value !== null)
    for (const [key, member] of Object.entries(value)) flat(member, path ? `${path}.${key}` : key, into);
  else if (value !== null && value !== "") into.push([path, String(value)]);
  return into;
}

function Figures({ content }: { content: string }) {
  const { t } = useTranslation();
  const rows = flat(JSON.parse(content), "", []);
  return (
    <Card title={t("verify.figures")} flush>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("verify.figures")} style={{ maxHeight: 420, overflow: "auto" }}>
        <table className="grid">
          <thead><tr><th scope="col">{t("verify.figure")}</th><th scope="col">{t("verify.value")}</th></tr></thead>
          <tbody>{rows.map(([path, value]) => <tr key={path}><td className="mono">{path}</td><td className="wrap-anywhere num" style={{ whiteSpace: "normal" }}>{value}</td></tr>)}</tbody>
        </table>
      </div>
    </Card>
  );
}
