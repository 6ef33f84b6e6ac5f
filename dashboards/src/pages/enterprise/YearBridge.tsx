import { useTranslation } from "react-i18next";
import type { Period, YearSummary } from "@/api/accounting";
import { useTerm } from "@/labels";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { StatusPill } from "@/ui/StatusPill";
import { PERIOD_TONES } from "./Periods";

/** A year beside its months: what each month's own statement says, and the year's sums with weighted means. */
export function YearBridge({ period, year }: { period: Period; year: YearSummary }) {
  const { t } = useTranslation();
  const term = useTerm();
  const lineName = useLineName();
  const name = (slug: string) => { const found = period.streams.find((each) => each.slug === slug); return found ? lineName(found) : slug; };
  // Without a result of its own the year differs from nothing.
  const calculated = year.streams.length > 0;
  return (
    <>
      <Card title={t("year.bridge")} note={t("year.bridgeText")} flush>
        <Rows rows={year.bridge} rowKey={(row) => row.period} label={t("year.bridge")}
          columns={[
            { key: "period", title: t("year.month"), render: (row) => <span className="num">{row.period}</span> },
            { key: "state", title: t("periods.state"), render: (row) => <StatusPill tone={PERIOD_TONES[row.state] ?? "neutral"}>{term("PeriodState", row.state)}</StatusPill> },
            { key: "own", title: t("year.own"), right: true, render: (row) => <Num value={tonnes(row.month_g)} places={3} unit={t("unit.tco2")} /> },
            { key: "year", title: t("year.inYear"), right: true, render: (row) => <Num value={calculated ? tonnes(row.year_g) : null} places={3} unit={t("unit.tco2")} /> },
            { key: "difference", title: t("year.difference"), right: true, render: (row) => <Num value={calculated ? tonnes(row.difference_g) : null} places={6} unit={t("unit.tco2")} /> },
          ]} />
      </Card>
      {calculated ? <Card title={t("year.sums")} note={t("year.sumsText")} flush>
        <Rows rows={year.streams} rowKey={(row) => row.stream} label={t("year.sums")}
          columns={[
            { key: "stream", title: t("period.source"), render: (row) => name(row.stream) },
            { key: "quantity", title: t("period.quantity"), right: true, render: (row) => <Num value={row.quantity} unit={term("Unit", row.unit)} /> },
            { key: "means", title: t("year.means"), render: (row) => <span className="small">{row.means.map((mean) => <span key={mean.name} className="row tight"><span title={mean.name}>{term("Property", mean.name)}</span> <Num value={mean.value} unit={term("Unit", mean.unit)} /></span>)}</span> },
            { key: "tonnes", title: t("period.emissions"), right: true, render: (row) => <Num value={row.tco2e} places={3} unit={t("unit.tco2")} /> },
          ]} />
      </Card> : null}
    </>
  );
}

/** Whole grams as text to tonnes as text, without a number in between. */
export function tonnes(grams: string | null): string | null {
  if (grams === null) return null;
  const sign = grams.startsWith("-") ? "-" : "";
  const digits = grams.replace("-", "").padStart(7, "0");
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
