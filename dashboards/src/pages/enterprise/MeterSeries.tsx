/** Consumption over the chosen range, one medium at a time: different units never share an axis. */
import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Meter, SeriesPoint } from "@/api/ingest";
import type { Consumption } from "@/api/watching";
import { useNamed, useTerm } from "@/labels";
import { get } from "@/lib/fetch";
import { Card } from "@/ui/Card";
import { SourceStack, type Series } from "@/ui/charts/SourceStack";
import { Segments } from "@/ui/Segments";
import { Empty } from "@/ui/states";
import type { LivePlant } from "./liveMeters";

export type Range = "h1" | "h24" | "d30" | "y1";
const HOURS: Record<Range, number> = { h1: 1, h24: 24, d30: 720, y1: 8760 };
// Short ranges show readings; long ones what is summed already, so that no reading is touched for them.
const STEPS = { h1: 60, h24: 900 } as const;
const BY = { d30: "hour", y1: "day" } as const;
const COLOURS = ["fuel", "process", "electricity", "heat", "deduction", "other"] as const;
const MEDIA: Record<string, (typeof COLOURS)[number]> = { coal: "fuel", oil: "fuel", gas: "fuel", electricity: "electricity", heat: "heat", steam: "heat", limestone: "process", raw_meal: "process", clinker: "process" };

// What burns comes first: it is what people look for.
const ORDER = ["coal", "gas", "oil", "clinker", "raw_meal", "limestone", "electricity", "heat", "steam"];
const weight = (group: string): number => {
  const at = ORDER.indexOf(group.split("|")[0] ?? "");
  return at < 0 ? ORDER.length : at;
};

interface Answer {
  points: SeriesPoint[];
}

type Line = readonly (readonly [number, number | null])[];

function useSeries(meters: readonly Meter[], range: Range) {
  return useQueries({
    queries: meters.map((meter) => ({
      queryKey: ["series", meter.id, range],
      queryFn: () => {
        const to = new Date();
        const from = new Date(to.getTime() - HOURS[range] * 3_600_000);
        const span = { from: from.toISOString(), to: to.toISOString() };
        if (range === "h1" || range === "h24") return get<Answer>(`meters/${meter.id}/series/`, { ...span, step: STEPS[range] }).then((answer) => rates(answer.points, { stepMs: STEPS[range] * 1000, intervalMs: meter.interval_s * 1000, isRate: meter.quantity_unit !== meter.unit }));
        return get<Consumption>(`meters/${meter.id}/consumption/`, { ...span, by: BY[range] }).then((answer) => summedUp(answer));
      },
      refetchInterval: range === "h1" ? 15_000 : 120_000,
    })),
  });
}

const STEP_MS: Record<string, number> = { hour: 3_600_000, day: 86_400_000 };

/** What was used in each hour or day; those in which nothing is known are gaps. */
export function summedUp(answer: Consumption): Line {
  const step = STEP_MS[answer.by] ?? Infinity;
  let before = Infinity;
  return answer.points.flatMap((point) => {
    const at = Date.parse(point.at);
    const gap: [number, number | null][] = at - before > step ? [[before + step, null]] : [];
    before = at;
    return [...gap, [at, Number(point.quantity)] as const];
  });
}

// A register between two readings is drawn straight, as long as none is missing between them.
const MISSING_AFTER = 3;

export interface Drawn {
  stepMs: number;
  intervalMs: number;
  /** The meter tells a rate itself (kW, t/h) and not a register. */
  isRate: boolean;
}

/**
 * What was used in each step, as a rate an hour, at the steps' ends: the same instants for every meter, whenever
 * it reads, so that they can stand on each other. A step that the readings do not reach the end of is not drawn;
 * null, a gap in the line: where readings are missing, and where a register fell.
 */
export function rates(points: readonly SeriesPoint[], { stepMs, intervalMs, isRate }: Drawn): Line {
  const known = points.filter((point): point is { at: string; value: string } => point.value !== null).map((point) => [Date.parse(point.at), Number(point.value)] as const);
  const longest = MISSING_AFTER * Math.max(stepMs, intervalMs);
  const made: [number, number | null][] = [];
  let i = 0;
  let before: number | null = null;
  const last = known.at(-1)?.[0] ?? 0;
  for (let end = Math.ceil((known[0]?.[0] ?? 1) / stepMs) * stepMs; end <= last; end += stepMs) {
    while (i + 2 < known.length && known[i + 1]![0] < end) i++;
    const value = between(known[i]!, known[i + 1] ?? known[i]!, end, longest, isRate);
    if (isRate) made.push([end, value]);
    else if (value !== null && before !== null && value >= before) made.push([end, ((value - before) * 3_600_000) / stepMs]);
    else if (made.length > 0) made.push([end, null]);
    before = value;
  }
  return made;
}

type Known = readonly [number, number];

function between([from, low]: Known, [to, high]: Known, at: number, longest: number, isRate: boolean): number | null {
  if (at === from) return low;
  if (at === to) return high;
  if (at < from || at > to || to - from > longest || (high < low && !isRate)) return null;
  return low + ((high - low) * (at - from)) / (to - from);
}

// Five hues and one grey for all the rest: more colours could not be told apart.
const HUES = 5;

/** The sum of several series at every instant that one of them has; a gap where all have one. */
export function summed(series: readonly Line[]): Line {
  const sums = new Map<number, number | null>();
  for (const [at, value] of series.flat()) {
    const sum = sums.get(at) ?? null;
    sums.set(at, value === null ? sum : (sum ?? 0) + value);
  }
  return [...sums].sort(([a], [b]) => a - b);
}

export function MeterSeries({ meters, range }: { meters: readonly Meter[]; range: Range; live: LivePlant }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const groups = useMemo(() => [...new Set(meters.map((meter) => `${meter.medium}|${meter.unit}`))].sort((a, b) => weight(a) - weight(b)), [meters]);
  const [chosen, setChosen] = useState(groups[0] ?? "");
  const group = groups.includes(chosen) ? chosen : (groups[0] ?? "");
  const [medium = "", unit = ""] = group.split("|");
  const shown = useMemo(() => meters.filter((meter) => meter.medium === medium && meter.unit === unit).sort((a, b) => a.slug.localeCompare(b.slug)), [meters, group]);
  const answers = useSeries(shown, range);
  const stamp = answers.map((answer) => answer.dataUpdatedAt).join();
  const series = useMemo<Series[]>(
    () => {
      const each = shown.map((meter, i) => ({ id: meter.id, label: named(meter), colour: shown.length === 1 ? (MEDIA[medium] ?? "other") : COLOURS[Math.min(i, HUES)]!, points: answers[i]?.data ?? [] }));
      if (each.length <= HUES + 1) return each;
      return [...each.slice(0, HUES), { id: "others", label: t("live.others", { n: each.length - HUES }), colour: "other", points: summed(each.slice(HUES).map((one) => one.points)) }];
    },
    // The answers' times stand for the answers.
    [stamp, group],
  );
  const quantity = shown[0]?.quantity_unit ?? unit;
  const per = range === "y1" ? `${term("Unit", quantity)} ${t("meterRange.perDay")}` : `${term("Unit", quantity)}/h`;
  const asked = Math.max(...answers.map((answer) => answer.dataUpdatedAt));
  const empty = answers.every((answer) => !answer.isPending) && series.every((each) => each.points.length === 0);
  return (
    <Card title={t("live.seriesTitle")} note={per} aside={
      <Segments label={t("live.choose")} value={group} onChange={setChosen} options={groups.map((value) => ({ value, label: `${term("Medium", value.split("|")[0])} (${term("Unit", value.split("|")[1])})` }))} />
    }>
      {empty ? <Empty icon="pulse" title={t("live.noSeries")} /> : <SourceStack series={series} unit={per} summary={t("live.summary", { n: shown.length })} days={range === "d30" || range === "y1"} until={asked > 0 && (range === "h1" || range === "h24") ? asked : undefined} />}
    </Card>
  );
}
