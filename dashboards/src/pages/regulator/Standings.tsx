/** Every enterprise at once: how its readings come in, and where its latest month stands. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { MonthRow, Standing, Wall } from "@/api/oversight";
import { useTerm } from "@/labels";
import { useTopic } from "@/live";
import { Spark } from "@/ui/charts/Spark";
import { Num } from "@/ui/Num";
import { Empty } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Tile } from "@/ui/Tile";
import { Age, useNow } from "@/ui/time";
import { beaten, NO_PULSE, shownOf, STALE_MS, type Pulse, type Shown } from "./pulse";

const TONES: Record<Shown["state"], Tone> = { none: "neutral", unknown: "warn", stale: "warn", silent: "neutral", live: "ok" };
const PERIOD_TONES: Record<string, Tone> = { ready: "primary", submitted: "warn", in_verification: "warn", returned: "danger", verified: "ok", minted: "chain" };

export function usePulse(): Pulse {
  return useTopic("oversight", NO_PULSE, () => NO_PULSE, (state, data) => beaten(state, data, Date.now()));
}

export function MintedTile({ wall }: { wall: Wall }) {
  const { t } = useTranslation();
  const foot = wall.minted_tco2 === null ? t("wall.regulatorOnly") : t("wall.mintedYear", { year: wall.year });
  return <Tile label={t("wall.mintedTotal")} foot={foot}><Num value={wall.minted_tco2} places={1} unit={wall.minted_tco2 === null ? undefined : t("unit.tco2")} /></Tile>;
}

export function RateTile({ pulse }: { pulse: Pulse }) {
  const { t } = useTranslation();
  const now = useNow();
  const old = pulse.gotAt !== null && now - pulse.gotAt > STALE_MS;
  return (
    <Tile label={t("wall.rate")} foot={old ? t("wall.rates.stale") : <Spark points={pulse.total} width={140} />}>
      <Num value={old ? null : pulse.perS} places={1} unit={t("unit.perSecond")} />
    </Tile>
  );
}

export function Standings({ wall, pulse }: { wall: Wall; pulse: Pulse }) {
  const { t } = useTranslation();
  const now = useNow();
  if (wall.standings.length === 0) return <Empty icon="factory" title={t("enterprises.none")} />;
  return (
    <ul className="standings" aria-label={t("wall.standings")}>
      {wall.standings.map((row) => <One key={row.account} row={row} shown={shownOf(row.readings, pulse, now)} line={pulse.lines[row.readings?.tenant ?? ""] ?? []} now={now} totals={wall.minted_tco2 !== null} />)}
    </ul>
  );
}

function One({ row, shown, line, now, totals }: { row: Standing; shown: Shown; line: readonly number[]; now: number; totals: boolean }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <li className="card standing">
      <div className="row apart">
        <Link to="/enterprises/$account" params={{ account: row.account }} className="strong wrap-anywhere">{row.name || row.account}</Link>
        <StatusPill tone={TONES[shown.state]}>{t(`wall.rates.${shown.state}`)}</StatusPill>
      </div>
      <div className="row apart">
        <span className="muted small">{term("Sector", row.sector)}</span>
        <Spark points={shown.state === "stale" ? [] : line} />
        <span className="strong"><Num value={shown.perS} places={1} unit={t("unit.perSecond")} /></span>
      </div>
      {row.readings ? (
        <div className="row wide small">
          <span>{t("live.lastReading")} <Age at={shown.lastAt} now={now} /></span>
          <span>{t("live.online")} <span className="num">{row.readings.meters_online}/{row.readings.meters}</span></span>
          <span>{t("live.quarantined")} <span className="num">{row.readings.quarantined_today}</span></span>
          {row.readings.alarms_open > 0 ? <StatusPill tone="warn">{t("wall.alarms", { n: row.readings.alarms_open })}</StatusPill> : null}
        </div>
      ) : null}
      <Months months={row.months} totals={totals} />
      {totals ? <div className="row apart small"><span className="muted">{t("wall.mintedTotal")}</span><Num value={row.minted_tco2} places={1} unit={t("unit.tco2")} /></div> : null}
    </li>
  );
}

function Months({ months, totals }: { months: readonly MonthRow[]; totals: boolean }) {
  const { t } = useTranslation();
  const term = useTerm();
  if (months.length === 0) return <div className="muted small">{t("wall.noMonth")}</div>;
  return (
    <>
      {months.map((month) => (
        <div key={month.plant} className="row apart small">
          <span className="mono">{month.plant} {month.period}</span>
          <StatusPill tone={PERIOD_TONES[month.state] ?? "neutral"} dot={false}>{term("PeriodState", month.state)}</StatusPill>
          {totals ? <Num value={month.total_tco2} places={1} unit={t("unit.tco2")} /> : null}
        </div>
      ))}
    </>
  );
}
