/** Stacked areas: one colour a source, everywhere the same; the tooltip shows each value and the total. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { formatted } from "@/lib/decimal";
import { Chart, type Paint } from "./Chart";

export interface Series {
  id: string;
  label: string;
  /** A source token such as "fuel"; several streams of one source share it in lighter and darker lines. */
  colour: string;
  /** [ms, value]; null is a gap in the line. */
  points: readonly (readonly [number, number | null])[];
}

const HOUR = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit" });

export function SourceStack({ series, unit, height = 280, summary, stacked = true, days = false, until }: {
  series: readonly Series[];
  unit: string;
  height?: number;
  summary: string;
  stacked?: boolean;
  days?: boolean;
  /** Where the axis ends, ms: a time without readings is then seen as such and not left away. */
  until?: number;
}) {
  const { t } = useTranslation();
  const word = days ? DAY : HOUR;
  const option = useMemo(
    () => (paint: Paint) => ({
      animation: false,
      textStyle: { fontFamily: paint("--font"), color: paint("--ink-3") },
      grid: { left: 8, right: 12, top: 16, bottom: 4, containLabel: true },
      tooltip: {
        trigger: "axis" as const,
        backgroundColor: paint("--surface"),
        borderColor: paint("--line"),
        textStyle: { color: paint("--ink"), fontSize: 12, fontFamily: paint("--font") },
        axisPointer: { lineStyle: { color: paint("--ink-3") } },
        formatter: (items: unknown) => tooltip(items as TipItem[], unit, stacked ? t("live.total") : null),
      },
      xAxis: {
        type: "time" as const,
        max: until,
        // A chart of a minute would say the same minute at every tick.
        minInterval: days ? 86_400_000 : 60_000,
        axisLine: { lineStyle: { color: paint("--line") } },
        axisTick: { show: false },
        axisLabel: { color: paint("--ink-3"), fontSize: 11, hideOverlap: true, formatter: (value: number) => word.format(value) },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value" as const,
        scale: !stacked,
        axisLabel: { color: paint("--ink-3"), fontSize: 11 },
        splitLine: { lineStyle: { color: paint("--line-soft") } },
        splitNumber: 4,
      },
      series: series.map((each) => ({
        id: each.id,
        name: each.label,
        type: "line" as const,
        stack: stacked ? "all" : undefined,
        showSymbol: false,
        sampling: "lttb" as const,
        lineStyle: { width: 1.5, color: paint(`--source-${each.colour}`) },
        itemStyle: { color: paint(`--source-${each.colour}`) },
        areaStyle: stacked ? { color: paint(`--source-${each.colour}`), opacity: 0.22 } : undefined,
        data: each.points as [number, number | null][],
        connectNulls: false,
      })),
    }),
    [series, unit, stacked, word, until, t],
  );
  return (
    <div>
      <div className="row wide small" style={{ marginBottom: 4 }}>
        {series.map((each) => (
          <span key={each.id} className="row tight"><span className="swatch" style={{ background: `var(--source-${each.colour})` }} />{each.label}</span>
        ))}
      </div>
      <Chart option={option} height={height} summary={summary} />
    </div>
  );
}

interface TipItem {
  seriesName: string;
  value: [number, number | null];
  axisValue: number;
}

const FULL = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });

function shown(value: number): string {
  return formatted(value.toFixed(6), 3);
}

function tooltip(items: TipItem[], unit: string, totalWord: string | null): HTMLElement {
  const box = document.createElement("div");
  const line = (left: string, right: string, strong = false) => {
    const row = document.createElement("div");
    row.style.cssText = `display:flex;gap:18px;justify-content:space-between;font-variant-numeric:tabular-nums;${strong ? "font-weight:600" : ""}`;
    const [name, value] = [document.createElement("span"), document.createElement("span")];
    name.textContent = left;
    value.textContent = right;
    row.append(name, value);
    box.append(row);
  };
  line(FULL.format(items[0]?.axisValue ?? 0), unit);
  for (const item of items) if (item.value[1] !== null) line(item.seriesName, shown(item.value[1]));
  if (totalWord) line(totalWord, shown(items.reduce((sum, item) => sum + (item.value[1] ?? 0), 0)), true);
  return box;
}
