/** Laws of physics that a plant's meters obey: each in words, with tolerance, meters and its residual by month. */
import { useTranslation } from "react-i18next";
import type { LawHistory } from "@/api/radar";
import { Card, Fact, Facts } from "./Card";
import { Rows } from "./List";
import { Num } from "./Num";
import { Empty, Notice } from "./states";
import { StatusPill } from "./StatusPill";
import { Instant } from "./time";

type Month = LawHistory["months"][number];

export function Laws({ laws }: { laws: readonly LawHistory[] }) {
  const { t } = useTranslation();
  if (laws.length === 0) return <Card><Empty icon="pulse" title={t("witness.none")} /></Card>;
  return <div className="stack"><Notice>{t("witness.limits")}</Notice>{laws.map((law) => <Law key={law.slug} law={law} />)}</div>;
}

function Law({ law }: { law: LawHistory }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  const side = (rows: LawHistory["left"]) => rows.map((each) => `${each[language]} (${each.meter}, ${each.unit})`).join(language === "zh" ? "；" : "; ");
  return (
    <Card title={`${law.kind_words[language]} · ${law.slug}`} note={<StatusPill tone={law.usual ? "neutral" : "ok"} dot={false}>{t(law.usual ? "witness.usualLaw" : "witness.declared")}</StatusPill>}>
      <div className="stack">
        <Facts>
          <Fact label={t("witness.formula")}>{law.formula[language]}</Fact>
          <Fact label={`${t("witness.meters")} · ${t("witness.left")}`}>{side(law.left)}</Fact>
          <Fact label={`${t("witness.meters")} · ${t("witness.right")}`}>{side(law.right)}</Fact>
          <Fact label={t("witness.usual")}><span className="num">±{law.tolerance_percent}%</span></Fact>
        </Facts>
        <h3>{t("witness.trend")}</h3>
        {law.months.length === 0 ? <span className="muted">{t("witness.noMonths")}</span> : <><Trend months={law.months} /><Months months={law.months} slug={law.slug} /></>}
      </div>
    </Card>
  );
}

const WIDTH = 640, HEIGHT = 120, HALF = HEIGHT / 2;

/** Deviation by month over its band of tolerance; the scale ends at four tolerances, and what lies beyond stands there. */
function Trend({ months }: { months: readonly Month[] }) {
  const { t } = useTranslation();
  const known = months.filter((month) => month.deviation_percent !== null);
  if (known.length === 0) return null;
  const span = 4 * Math.max(...known.map((month) => Number(month.tolerance_percent)));
  const x = (n: number) => ((n + 0.5) * WIDTH) / known.length;
  const y = (percent: number) => HALF - (Math.max(-span, Math.min(span, percent)) / span) * (HALF - 8);
  const at = known.map((month, n) => `${x(n)},${y(Number(month.deviation_percent))}`).join(" ");
  const last = known[known.length - 1]!;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" height={HEIGHT} role="img" aria-label={`${t("witness.trend")}: ${last.period} ${last.deviation_percent}%`} preserveAspectRatio="none">
      {known.map((month, n) => <rect key={month.period} x={x(n) - WIDTH / known.length / 2} width={WIDTH / known.length} y={y(Number(month.tolerance_percent))} height={y(-Number(month.tolerance_percent)) - y(Number(month.tolerance_percent))} fill="var(--ok-soft)" />)}
      <line x1={0} x2={WIDTH} y1={HALF} y2={HALF} stroke="var(--line)" />
      <polyline points={at} fill="none" stroke="var(--ink-2)" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
      {/* A line without length, so that the dot stays round however wide the drawing is stretched. */}
      {known.map((month, n) => <line key={month.period} x1={x(n)} x2={x(n)} y1={y(Number(month.deviation_percent))} y2={y(Number(month.deviation_percent))} stroke={month.alarms ? "var(--danger)" : "var(--ok)"} strokeWidth={8} strokeLinecap="round" vectorEffect="non-scaling-stroke"><title>{`${month.period} ${month.deviation_percent}%`}</title></line>)}
    </svg>
  );
}

function Months({ months, slug }: { months: readonly Month[]; slug: string }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return (
    <Rows rows={[...months].reverse()} rowKey={(month) => month.period} label={`${t("witness.trend")} ${slug}`}
      columns={[
        { key: "month", title: t("witness.month"), render: (month) => <span className="num">{month.period}</span> },
        { key: "verdict", title: t("witness.verdict"), render: (month) => <StatusPill says tone={month.alarms ? "danger" : month.verdict === "unknown" ? "neutral" : "ok"}>{month.words[language]}</StatusPill> },
        { key: "found", title: t("witness.found"), right: true, render: (month) => <Num value={month.found} places={2} unit={month.in_heat ? "GJ" : undefined} /> },
        { key: "expected", title: t("witness.expected"), right: true, render: (month) => <Num value={month.expected} places={2} unit={month.in_heat ? "GJ" : undefined} /> },
        { key: "deviation", title: t("witness.deviation"), right: true, render: (month) => (month.deviation_percent === null ? "—" : <span className="num">{month.deviation_percent}% (±{month.tolerance_percent}%)</span>) },
        { key: "kept", title: t("witness.kept"), render: (month) => <Instant at={month.kept_at} /> },
      ]} />
  );
}
