/** A plant's day: what became of every reading, 24 hours of each meter, balances, gaps and alarms. */
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePlants, useToday, type Plant, type Today } from "@/api/ingest";
import { can, useMyself } from "@/api/me";
import { useAdjustments, useGaps, usePlantDay, type Adjustment, type Balance, type PlantDay } from "@/api/watching";
import { useListed, useNamed, useTerm } from "@/labels";
import { ConnPill } from "@/shell/Pills";
import { Card, PageHead } from "@/ui/Card";
import { Num } from "@/ui/Num";
import { Rows } from "@/ui/List";
import { Segments } from "@/ui/Segments";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { dayOf, Instant } from "@/ui/time";
import { Alarms } from "./Alarms";
import { NoPlant } from "./FirstSteps";
import { Gaps } from "./Gaps";
import { HourGrid } from "./HourGrid";
import { Taking } from "./Taking";


export function Page() {
  const { t } = useTranslation();
  const plants = usePlants();
  return (
    <Answer query={plants} isEmpty={(data) => data.results.length === 0} empty={<NoPlant title={t("day.title")} />}>
      {(data) => <View plants={data.results} />}
    </Answer>
  );
}

function View({ plants }: { plants: Plant[] }) {
  const { t } = useTranslation();
  const named = useNamed();
  const me = useMyself();
  const today = dayOf(Date.now());
  const asked = useSearch({ strict: false });
  const [chosen, setChosen] = useState(asked.q ?? plants[0]!.id);
  const [day, setDay] = useState(asked.day ?? today);
  const plant = plants.find((each) => each.id === chosen) ?? plants[0]!;
  const manages = can(me, "manage_meters");
  return (
    <>
      <PageHead title={<>{named(plant)} · {t("day.title")}</>}>
        <ConnPill />
        {plants.length > 1 ? <Segments label={t("live.plant")} value={plant.id} onChange={setChosen} options={plants.map((each) => ({ value: each.id, label: named(each) }))} /> : null}
        <label className="row tight"><span className="small muted">{t("day.date")}</span><input className="input" style={{ width: 150 }} type="date" value={day} max={today} onChange={(event) => setDay(event.target.value || today)} /></label>
      </PageHead>
      <div className="stack" key={`${plant.id} ${day}`}>
        <Taking />
        <Alarms plant={plant.id} manages={manages} />
        <Conservation plant={plant.id} day={day} />
        <Hours plant={plant.id} day={day} />
        <Gaps query={useGaps(plant.id, day)} manages={manages} today={today} />
        <Adjusted plant={plant.id} />
      </div>
    </>
  );
}

function Conservation({ plant, day }: { plant: string; day: string }) {
  const { t } = useTranslation();
  const query = useToday(plant, day);
  return (
    <Card title={t("day.equation")} aside={query.data ? <Verdict today={query.data} /> : undefined}>
      <Answer query={query} rows={1}>{(today) => <Equation today={today} />}</Answer>
    </Card>
  );
}

/** Meters of which nobody knows now what they read meanwhile. */
const silent = (today: Today) => (today.day === dayOf(Date.now()) ? today.meters.filter((meter) => meter.silent && meter.last !== null).length : 0);

function Verdict({ today }: { today: Today }) {
  const { t } = useTranslation();
  if (today.issued === null || (!today.missing && silent(today) > 0)) return null;
  return today.missing ? <StatusPill tone="warn">{t("day.lacking", { n: today.missing })}</StatusPill> : <StatusPill tone="ok">{t("day.holds")}</StatusPill>;
}

function Equation({ today }: { today: Today }) {
  const { t } = useTranslation();
  const parts = { issued: today.issued ?? "—", stored: today.stored, quarantined: today.quarantined, refused: today.refused, missing: today.missing ?? "—" };
  return (
    <div className="stack close">
      <p className="strong num" style={{ whiteSpace: "normal" }} data-testid="equation">{t("day.equationText", parts)}</p>
      {today.issued === null ? <p className="small muted">{t("day.issuedUnknown")}</p> : null}
      {silent(today) > 0 ? <p className="small muted">{t("day.silentNow", { n: silent(today) })}</p> : null}
      <Repeats today={today} />
      {today.chain_breaks > 0 ? <p><StatusPill tone="danger">{t("day.chainBreaks", { n: today.chain_breaks })}</StatusPill></p> : null}
    </div>
  );
}

/** Readings that came again: harmless, and named where they are more than resending explains. */
function Repeats({ today }: { today: Today }) {
  const { t } = useTranslation();
  const listed = useListed();
  if (today.repeated === 0) return null;
  const much = today.meters.filter((meter) => meter.repeated_much);
  return (
    <>
      <p className="small muted" data-testid="repeated">{t("day.repeated", { n: today.repeated })}{much.length === 0 ? ` ${t("day.repeatedUsual")}` : null}</p>
      {much.length > 0 ? (
        <div className="stack close" data-testid="repeated-much">
          <p><StatusPill tone="warn">{t("day.repeatedMuch", { meters: listed(much.map((meter) => `${meter.slug} ${meter.repeated}`)) })}</StatusPill></p>
          <p className="small muted">{t("day.repeatedMuchNote")}</p>
        </div>
      ) : null}
    </>
  );
}

function Hours({ plant, day }: { plant: string; day: string }) {
  const { t } = useTranslation();
  const query = usePlantDay(plant, day);
  return (
    <>
      <Card title={t("day.hours")} note={t("day.hoursNote")} aside={query.data && query.data.waiting > 0 ? <StatusPill>{t("day.waitingHours", { n: query.data.waiting })}</StatusPill> : undefined}>
        <Answer query={query} isEmpty={(data) => data.meters.length === 0} empty={<Empty icon="pulse" title={t("live.noMeters")} />}>
          {(data) => <HourGrid day={data} />}
        </Answer>
      </Card>
      {query.data ? <Balances day={query.data} /> : null}
    </>
  );
}

function Balances({ day }: { day: PlantDay }) {
  const { t } = useTranslation();
  const listed = useListed();
  const named = useNamed();
  const term = useTerm();
  const names = new Map(day.meters.map((meter) => [meter.id, named(meter)]));
  return (
    <Card title={t("day.balances")} flush>
      {day.balances.length === 0 ? <Empty icon="ledger" title={t("day.balancesNone")} /> : (
        <Rows<Balance> rows={day.balances} rowKey={(row) => row.meter} label={t("day.balances")}
          columns={[
            { key: "main", title: t("day.mainMeter"), render: (row) => <><div>{names.get(row.meter)}</div><div className="small muted">{listed(row.below.map((id) => names.get(id) ?? id))}</div></> },
            { key: "whole", title: t("day.total"), right: true, render: (row) => <Num value={row.main} unit={term("Unit", row.unit)} /> },
            { key: "sum", title: t("day.below"), right: true, render: (row) => <Num value={row.sum} unit={term("Unit", row.unit)} /> },
            { key: "difference", title: t("day.difference"), right: true, render: (row) => <Num value={row.difference} unit={term("Unit", row.unit)} /> },
            { key: "share", title: t("day.share"), render: (row) => <span className="row tight nowrap"><span className="num">{row.percent === null ? "—" : `${row.percent} %`}</span><StatusPill tone={row.within ? "ok" : "warn"}>{t(row.within ? "day.within" : "day.beyond")}</StatusPill></span> },
          ]} />
      )}
    </Card>
  );
}

function Adjusted({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const named = useNamed();
  const term = useTerm();
  const query = useAdjustments(plant);
  return (
    <Card title={t("day.adjustments")} flush>
      <Answer query={query} rows={2} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="check" title={t("day.adjustmentsNone")} />}>
        {(data) => (
          <Rows<Adjustment> rows={data.results} rowKey={(row) => String(row.id)} label={t("day.adjustments")}
            columns={[
              { key: "month", title: t("day.month"), render: (row) => <span className="num">{row.month}</span> },
              { key: "meter", title: t("day.gapMeter"), render: (row) => named(row.meter) },
              { key: "before", title: t("day.before"), right: true, render: (row) => <Num value={row.before} unit={term("Unit", row.unit)} /> },
              { key: "after", title: t("day.after"), right: true, render: (row) => <Num value={row.after} unit={term("Unit", row.unit)} /> },
              { key: "change", title: t("day.change"), right: true, render: (row) => <Num value={row.change} unit={term("Unit", row.unit)} /> },
              { key: "found", title: t("day.found"), render: (row) => <Instant at={row.found_at} /> },
            ]} />
        )}
      </Answer>
    </Card>
  );
}
