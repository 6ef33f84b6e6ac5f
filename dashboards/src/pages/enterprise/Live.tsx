/** What the meters say now: key figures, consumption by meter, every meter with the age of its word. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "@tanstack/react-router";
import { useMeters, usePlants, useToday, type Meter, type Plant } from "@/api/ingest";
import type { PeriodRow } from "@/api/accounting";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import { useTerm, useNamed } from "@/labels";
import { ConnPill } from "@/shell/Pills";
import { Card, PageHead } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Segments } from "@/ui/Segments";
import { Answer, Empty } from "@/ui/states";
import { Tile } from "@/ui/Tile";
import { useNow } from "@/ui/time";
import { Alarms } from "./Alarms";
import { NoPlant } from "./FirstSteps";
import { MeterTable } from "./MeterTable";
import { MeterSeries, type Range } from "./MeterSeries";
import { Quarantine } from "./Quarantine";
import { Taking } from "./Taking";
import { stateOf, useLiveMeters, type LivePlant } from "./liveMeters";

const RANGES: readonly Range[] = ["h1", "h24", "d30", "y1"];

export function Page() {
  const { t } = useTranslation();
  const plants = usePlants();
  return (
    <Answer query={plants} isEmpty={(data) => data.results.length === 0} empty={<NoPlant title={t("live.title")} />}>
      {(data) => <Plants plants={data.results} />}
    </Answer>
  );
}

function Plants({ plants }: { plants: Plant[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const [chosen, setChosen] = useState(plants[0]!.id);
  const [range, setRange] = useState<Range>("h1");
  const plant = plants.find((each) => each.id === chosen) ?? plants[0]!;
  return (
    <>
      <PageHead title={<>{named(plant)} · {t("live.title")}</>} sub={term("Sector", plant.sector)}>
        <ConnPill />
        <Link to="/day" className="button"><Icon name="clock" size={16} />{t("day.open")}</Link>
        {plants.length > 1 ? <Segments label={t("live.plant")} value={chosen} onChange={setChosen} options={plants.map((each) => ({ value: each.id, label: named(each) }))} /> : null}
        <Segments label={t("live.range")} value={range} onChange={setRange} options={RANGES.map((value) => ({ value, label: value === "y1" ? t("meterRange.y1") : t(`live.${value}`) }))} />
      </PageHead>
      <PlantView key={plant.id} plant={plant} range={range} />
    </>
  );
}

function PlantView({ plant, range }: { plant: Plant; range: Range }) {
  const { t } = useTranslation();
  const me = useMyself();
  const meters = useMeters(plant.id);
  const live = useLiveMeters(plant.id);
  return (
    <div className="stack">
      <Taking />
      <Alarms plant={plant.id} manages={can(me, "manage_meters")} quiet />
      <KeyFigures plant={plant.id} meters={meters.data?.results ?? []} live={live} loading={meters.isPending} />
      <Answer query={meters} isEmpty={(data) => data.results.length === 0} empty={<Card><Empty icon="pulse" title={t("live.noMeters")} /></Card>}>
        {(data) => (
          <>
            <MeterSeries meters={data.results} range={range} live={live} />
            <MeterTable meters={data.results} live={live} />
          </>
        )}
      </Answer>
      <Quarantine plant={plant.id} />
    </div>
  );
}

function KeyFigures({ plant, meters, live, loading }: { plant: string; meters: readonly Meter[]; live: LivePlant; loading: boolean }) {
  const { t } = useTranslation();
  const term = useTerm();
  const today = useToday(plant);
  const now = useNow();
  const rate = useRate(today.data?.stored, today.dataUpdatedAt);
  const month = useList<PeriodRow>("periods/", { plant, limit: 1 }).data?.pages[0]?.results[0];
  const online = meters.filter((meter) => stateOf(live.meters[meter.slug], meter, now) === "good").length;
  const figures = today.data;
  const text = (value: number | undefined) => (value === undefined ? null : String(value));
  const equation = figures ? t("live.equation", { issued: figures.issued ?? "—", stored: figures.stored, quarantined: figures.quarantined, refused: figures.refused, missing: figures.missing ?? "—" }) : undefined;
  return (
    <div className="tiles">
      <Tile label={t("live.online")} loading={loading}><Num value={String(online)} /><span className="unit">/ {meters.length}</span></Tile>
      <Tile label={t("live.perSecond")}><Num value={rate} places={1} unit={t("unit.perSecond")} /></Tile>
      <Tile label={t("live.today")} loading={today.isPending} foot={equation}><Num value={text(figures?.stored)} /></Tile>
      {month ? <Tile label={t("live.month", { period: month.period })} foot={term("PeriodState", month.state)}><Num value={month.total_tco2} places={1} unit={t("unit.tco2")} /></Tile> : null}
      <Tile label={t("live.quarantined")} loading={today.isPending}><Num value={text(figures?.quarantined)} /></Tile>
    </div>
  );
}

/** Readings stored a second, from two looks at the day's count. */
function useRate(stored: number | undefined, at: number): string | null {
  const before = useRef<{ stored: number; at: number } | null>(null);
  const [rate, setRate] = useState<string | null>(null);
  useEffect(() => {
    if (stored === undefined) return;
    const last = before.current;
    if (last && at > last.at && stored >= last.stored) setRate((((stored - last.stored) * 1000) / (at - last.at)).toFixed(1));
    before.current = { stored, at };
  }, [stored, at]);
  return rate;
}
