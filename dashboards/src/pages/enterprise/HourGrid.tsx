/** 24 hours of each meter as cells: shape and words tell the state, never the colour alone; pressed, a cell tells its figure. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DayHour, DayMeter, PlantDay } from "@/api/watching";
import { useNamed, useTerm } from "@/labels";
import { total } from "@/lib/decimal";
import { Num } from "@/ui/Num";
import "./day.css";

const HOURS = Array.from({ length: 24 }, (_, n) => n);
const STATES = ["full", "running", "part", "estimated", "ambiguous", "nothing"] as const;
type State = (typeof STATES)[number] | "future";

/** What is known of an hour; a doubt outweighs a lack. */
export function stateOfHour(hour: DayHour | null, isOver: boolean): State {
  if (!hour) return isOver ? "nothing" : "future";
  if (hour.ambiguous) return "ambiguous";
  if (hour.estimated) return "estimated";
  if (!isOver) return "running";
  return hour.complete >= hour.expected ? "full" : "part";
}

export function HourGrid({ day }: { day: PlantDay }) {
  const { t } = useTranslation();
  const named = useNamed();
  const begins = Date.parse(day.begins);
  const over = HOURS.map((n) => begins + (n + 1) * 3_600_000 <= Date.now());
  const [picked, setPicked] = useState<Picked | null>(null);
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Where not all hours fit, the newest are seen first.
    const newest = [...(region.current?.querySelectorAll<HTMLElement>("td[data-known]") ?? [])].reduce((far, cell) => Math.max(far, cell.offsetLeft), 0);
    if (region.current) region.current.scrollLeft = newest + 40 - region.current.clientWidth;
  }, []);
  return (
    <div className="stack">
      <div className="row wide small">{STATES.map((state) => <span key={state} className="row tight"><span className={`hour ${state}`} aria-hidden="true" />{t(`day.${state}`)}</span>)}</div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("day.hours")} ref={region}>
        <table className="grid hours">
          <thead>
            <tr><th scope="col">{t("day.gapMeter")}</th>{HOURS.map((n) => <th key={n} scope="col" className="num">{n}</th>)}<th scope="col" className="right">{t("day.total")}</th></tr>
          </thead>
          <tbody>
            {day.meters.map((meter) => (
              <tr key={meter.id}>
                <th scope="row">{named(meter)}</th>
                {HOURS.map((n) => <Cell key={n} meter={meter} n={n} isOver={over[n]!} isPicked={picked?.meter === meter.id && picked.n === n} onPick={() => setPicked({ meter: meter.id, n })} />)}
                <td className="right"><Total meter={meter} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="small" role="status" data-testid="hour">{picked ? <Told day={day} picked={picked} isOver={over[picked.n]!} /> : null}</p>
    </div>
  );
}

interface Picked {
  meter: string;
  n: number;
}

function useWords(): (meter: DayMeter, n: number, isOver: boolean) => string {
  const { t } = useTranslation();
  const term = useTerm();
  return (meter, n, isOver) => {
    const hour = meter.hours[n] ?? null;
    const common = { hour: n, next: n + 1, state: t(`day.${stateOfHour(hour, isOver)}`) };
    return hour ? t("day.cell", { ...common, quantity: hour.quantity, unit: term("Unit", meter.unit), complete: hour.complete, expected: hour.expected, version: hour.version }) : t("day.cellEmpty", common);
  };
}

function Told({ day, picked, isOver }: { day: PlantDay; picked: Picked; isOver: boolean }) {
  const named = useNamed();
  const words = useWords();
  const meter = day.meters.find((each) => each.id === picked.meter);
  return meter ? <><strong>{named(meter)}</strong> {words(meter, picked.n, isOver)}</> : null;
}

function Cell({ meter, n, isOver, isPicked, onPick }: { meter: DayMeter; n: number; isOver: boolean; isPicked: boolean; onPick: () => void }) {
  const hour = meter.hours[n] ?? null;
  const state = stateOfHour(hour, isOver);
  const words = useWords()(meter, n, isOver);
  if (!hour) return <td className="cell"><span className={`hour ${state}`} role="img" aria-label={words} title={words} /></td>;
  return <td className="cell" data-known><button type="button" className={`hour ${state}`} aria-label={words} aria-pressed={isPicked} title={words} onClick={onPick} /></td>;
}

function Total({ meter }: { meter: DayMeter }) {
  const term = useTerm();
  const known = meter.hours.filter((hour): hour is DayHour => hour !== null);
  return <Num value={known.length === 0 ? null : total(known.map((hour) => hour.quantity))} unit={term("Unit", meter.unit)} />;
}
