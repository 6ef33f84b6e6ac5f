/** 24 hours of each meter as cells: shape and words tell the state, never the colour alone. */
import { useTranslation } from "react-i18next";
import type { DayHour, DayMeter, PlantDay } from "@/api/watching";
import { useNamed, useTerm } from "@/labels";
import { total } from "@/lib/decimal";
import { Num } from "@/ui/Num";
import "./day.css";

const HOURS = Array.from({ length: 24 }, (_, n) => n);
const STATES = ["full", "part", "estimated", "ambiguous", "nothing"] as const;
type State = (typeof STATES)[number] | "future";

/** What is known of an hour; a doubt outweighs a lack. */
export function stateOfHour(hour: DayHour | null, isOver: boolean): State {
  if (!hour) return isOver ? "nothing" : "future";
  if (hour.ambiguous) return "ambiguous";
  if (hour.estimated) return "estimated";
  return hour.complete >= hour.expected || !isOver ? "full" : "part";
}

export function HourGrid({ day }: { day: PlantDay }) {
  const { t } = useTranslation();
  const named = useNamed();
  const begins = Date.parse(day.begins);
  const over = HOURS.map((n) => begins + (n + 1) * 3_600_000 <= Date.now());
  return (
    <div className="stack">
      <div className="row wide small">{STATES.map((state) => <span key={state} className="row tight"><span className={`hour ${state}`} aria-hidden="true" />{t(`day.${state}`)}</span>)}</div>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("day.hours")}>
        <table className="grid hours">
          <thead>
            <tr><th scope="col">{t("day.gapMeter")}</th>{HOURS.map((n) => <th key={n} scope="col" className="num">{n}</th>)}<th scope="col" className="right">{t("day.total")}</th></tr>
          </thead>
          <tbody>
            {day.meters.map((meter) => (
              <tr key={meter.id}>
                <th scope="row">{named(meter)}</th>
                {HOURS.map((n) => <Cell key={n} meter={meter} n={n} isOver={over[n]!} />)}
                <td className="right"><Total meter={meter} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Cell({ meter, n, isOver }: { meter: DayMeter; n: number; isOver: boolean }) {
  const { t } = useTranslation();
  const term = useTerm();
  const hour = meter.hours[n] ?? null;
  const state = stateOfHour(hour, isOver);
  const common = { hour: n, next: n + 1, state: t(`day.${state}`) };
  const words = hour ? t("day.cell", { ...common, quantity: hour.quantity, unit: term("Unit", meter.unit), complete: hour.complete, expected: hour.expected, version: hour.version }) : t("day.cellEmpty", common);
  return <td className="cell"><span className={`hour ${state}`} role="img" aria-label={words} title={words} /></td>;
}

function Total({ meter }: { meter: DayMeter }) {
  const term = useTerm();
  const known = meter.hours.filter((hour): hour is DayHour => hour !== null);
  return <Num value={known.length === 0 ? null : total(known.map((hour) => hour.quantity))} unit={term("Unit", meter.unit)} />;
}
