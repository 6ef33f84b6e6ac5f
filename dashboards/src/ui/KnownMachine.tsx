/** The time machine: a slider over the days of a period, and its lines, factors and total as known on one. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Known, KnownDay } from "@/api/modelling";
import type { Page } from "@/api/lists";
import { useTerm } from "@/labels";
import { dayAfter, daysBetween, knownOn } from "@/lib/days";
import { CalcTable } from "./CalcTable";
import { gramsAsTonnes, Num } from "./Num";
import { Answer, Empty } from "./states";
import { dayOf, Instant } from "./time";
import "./calc.css";

// That many of the last changes stand as buttons beside the slider.
const BUTTONS = 6;

interface Machine {
  days: UseQueryResult<Page<KnownDay>>;
  load: (day: string) => Promise<Known>;
  /** Of the period and the door it is asked through. */
  of: readonly string[];
  /** Show the last day at once; a page that shows today's figures anyway waits for a choice. */
  open?: boolean;
}

export function KnownMachine({ days, ...rest }: Machine) {
  const { t } = useTranslation();
  return (
    <Answer query={days} rows={4}>{(data) => (data.results.length === 0
      ? <Empty icon="ledger" title={t("looks.nothing")} />
      : <Slid rows={data.results} {...rest} />)}</Answer>
  );
}

function Slid({ rows, load, of, open = false }: { rows: readonly KnownDay[] } & Omit<Machine, "days">) {
  const { t } = useTranslation();
  const term = useTerm();
  const first = rows[0]!.day;
  const today = dayOf(Date.now());
  const last = today > first ? today : first;
  const [day, setDay] = useState(open ? last : "");
  const on = knownOn(rows, day);
  return (
    <div className="stack">
      {first === last ? null : (
        <label className="stack close small muted">
          <span>{t("looks.slide")} <strong className="num">{day || last}</strong></span>
          <input type="range" className="known-slider" aria-label={t("looks.slide")} aria-valuetext={day || last} min={0} max={daysBetween(first, last)} step={1}
            value={daysBetween(first, day || last)} onChange={(event) => setDay(dayAfter(first, event.target.valueAsNumber))} />
          <span className="row apart"><span className="num">{first}</span><span className="num">{last}</span></span>
        </label>
      )}
      <div className="row">
        <input className="input short" type="date" aria-label={t("looks.day")} value={day} min={first} onChange={(event) => setDay(event.target.value)} />
        {rows.slice(-BUTTONS).map((row) => <button key={row.day} type="button" className="button small" aria-pressed={row.day === day} onClick={() => setDay(row.day)}>{row.day} · {term("PeriodState", row.state)} · <Num value={gramsAsTonnes(row.total_g)} places={3} /></button>)}
      </div>
      {day === "" ? null : on ? <AsKnown day={on.day} load={load} of={of} /> : <Empty icon="ledger" title={t("looks.nothing")} />}
    </div>
  );
}

/** Asked by the day of the change, so that days on which nothing changed ask nothing again. */
function AsKnown({ day, load, of }: { day: string } & Pick<Machine, "load" | "of">) {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useQuery({ queryKey: [...of, "on", day], queryFn: () => load(day), staleTime: 60_000 });
  return (
    <Answer query={query} rows={4}>{(data) => (
      <>
        <div className="row small muted"><span>{t("looks.knownAt")} <Instant at={data.known_at} /></span><span>{term("PeriodState", data.state)} · {t("periods.version")} {data.version}</span><span className="mono">{Object.values(data.factor_sets).join(", ")}</span></div>
        {data.lines.length === 0 ? <Empty icon="ledger" title={t("period.noLines")} /> : <CalcTable lines={data.lines} total={data.total_tco2} />}
      </>
    )}</Answer>
  );
}
