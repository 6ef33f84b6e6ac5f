/** The enterprise's first page: what waits, where the month stands, what is held. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { PeriodRow } from "@/api/accounting";
import { usePlants } from "@/api/ingest";
import { useList } from "@/api/lists";
import { assets, type ObligationRow, type SurrenderRow, type TradeRow } from "@/api/market";
import { can, useMyself } from "@/api/me";
import { maySign, useDevice } from "@/api/signing";
import { useOpenAlarms, useOpenGaps, type Gap } from "@/api/watching";
import { useNamed, useTerm } from "@/labels";
import { formatted, minus } from "@/lib/decimal";
import { get } from "@/lib/fetch";
import { Card, PageHead } from "@/ui/Card";
import { isPast } from "@/ui/ClockWords";
import { Icon, type IconName } from "@/ui/Icon";
import { Coin, Num, Tonnes } from "@/ui/Num";
import { Answer, Empty, SkeletonRows } from "@/ui/states";
import { dayOf, Instant } from "@/ui/time";
import { useSentence } from "./Alarms";
import { FirstSteps } from "./FirstSteps";
import { Taking } from "./Taking";

const Progression = lazy(() => import("@/ui/antd/Progression").then((module) => ({ default: module.Progression })));
const STAGES = ["collecting", "ready", "submitted", "in_verification", "minted"] as const;

// The plant's own page has all of them.
const ALARMS_SHOWN = 3;

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const periods = useList<PeriodRow>("periods/", {}, { refetchInterval: 20_000 });
  const rows = periods.data?.pages[0]?.results ?? [];
  const begins = periods.data !== undefined && rows.length === 0;
  return (
    <>
      <PageHead title={t("home.title")} sub={me.organisation} />
      <div className="columns two-one">
        <div className="stack">
          <Taking />
          {begins ? <FirstSteps /> : null}
          <Todo periods={rows} loading={periods.isPending} begins={begins} />
          {begins ? null : <Stages periods={rows} loading={periods.isPending} />}
          <LastTrades />
        </div>
        <div className="stack"><Position /><Plants /></div>
      </div>
    </>
  );
}

interface Item {
  id: string;
  icon: IconName;
  text: string;
  to: string;
  search?: { q: string; day?: string };
}

function useItems(periods: readonly PeriodRow[]): Item[] {
  const { t } = useTranslation();
  const me = useMyself();
  const device = useDevice();
  const surrenders = useList<SurrenderRow>("surrenders/");
  const obligations = useQuery({ queryKey: ["obligations"], queryFn: () => get<{ results: ObligationRow[] }>("obligations/") });
  const alarms = useOpenAlarms("");
  const gaps = useOpenGaps();
  const plants = usePlants();
  const named = useNamed();
  const sentence = useSentence();
  const items: Item[] = [];
  if (device.data && !maySign(device.data)) items.push({ id: "key", icon: "key", text: t("home.todos.key"), to: "/settings" });
  for (const row of periods) {
    const words = { period: row.period };
    const to = `/accounting/${row.id}`;
    if (row.answer_due_on) items.unshift({ id: `finding${row.id}`, icon: "alert", text: t(isPast(row.answer_due_on) ? "findings.todoOverdue" : "findings.todo", { period: row.period, day: row.answer_due_on }), to });
    if (row.state === "returned") items.push({ id: row.id, icon: "alert", text: t("home.todos.returned", words), to });
    if (row.state === "ready") items.push({ id: row.id, icon: "pen", text: t("home.todos.ready", words), to });
    if (row.state === "collecting") items.push({ id: row.id, icon: "ledger", text: t("home.todos.collecting", words), to });
    if (row.state === "in_verification" && can(me, "submit_statement")) items.push({ id: row.id, icon: "key", text: t("home.todos.sample", words), to });
  }
  for (const row of (surrenders.data?.pages[0]?.results ?? []).filter((each) => each.state === "pending" && each.proposed_by !== me.person.id))
    items.push({ id: row.surrender, icon: "shield", text: t("home.todos.surrender", { quantity: formatted(row.quantity, 0) }), to: "/compliance" });
  for (const row of (obligations.data?.results ?? []).filter((each) => each.state === "open"))
    items.push({ id: String(row.year), icon: "clock", text: t("home.todos.obligation", { year: row.year, quantity: formatted(minus(row.due_t, row.surrendered_t), 0) }), to: "/compliance" });
  const nameOf = (id: string) => { const plant = plants.data?.results.find((each) => each.id === id); return plant ? named(plant) : id; };
  for (const [plant, open] of byPlant((gaps.data?.results ?? []).filter((each) => each.closed_at === null && (each.owner === me.person.id || (each.owner === "" && can(me, "manage_meters")))))) {
    const due = open.map((each) => each.due_on).sort()[0]!;
    items.unshift({ id: `gaps${plant}`, icon: "clock", text: t(isPast(due) ? "day.gapsOverdue" : "day.gapsTodo", { plant: nameOf(plant), n: open.length, day: due }), to: "/day", search: { q: plant, day: dayOf(Date.parse(open[0]!.found_from)) } });
  }
  for (const row of (alarms.data?.results ?? []).filter((each) => each.handled_at === null).slice(0, ALARMS_SHOWN)) {
    items.unshift({ id: `alarm${row.id}`, icon: "alert", text: `${nameOf(row.plant)} · ${sentence(row)}`, to: "/day", search: { q: row.plant } });
  }
  return items;
}

function byPlant(gaps: readonly Gap[]): Map<string, Gap[]> {
  const found = new Map<string, Gap[]>();
  for (const gap of gaps) found.set(gap.plant, [...(found.get(gap.plant) ?? []), gap]);
  return found;
}

function Todo({ periods, loading, begins }: { periods: readonly PeriodRow[]; loading: boolean; begins: boolean }) {
  const { t } = useTranslation();
  const items = useItems(periods);
  if (begins && items.length === 0) return null; // the first steps say what to do
  return (
    <Card title={t("home.todo")} note={items.length ? String(items.length) : undefined} flush>
      {loading ? <div style={{ padding: 18 }}><SkeletonRows rows={2} /></div> : items.length === 0 ? <Empty icon="check" title={t("home.todoNone")} /> : (
        <ul style={{ paddingBottom: 8 }}>
          {items.map((item) => (
            <li key={item.id}><Link to={item.to} search={item.search ?? {}} className="todo row"><Icon name={item.icon} /><span className="grow">{item.text}</span><Icon name="chevron" size={15} /></Link></li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Stages({ periods, loading }: { periods: readonly PeriodRow[]; loading: boolean }) {
  const { t } = useTranslation();
  const named = useNamed();
  const plants = usePlants();
  const row = periods[0];
  const plant = plants.data?.results.find((each) => each.id === row?.plant);
  if (loading) return <Card title={t("home.period")}><SkeletonRows rows={2} /></Card>;
  if (!row) return <Card title={t("home.period")}><Empty icon="ledger" title={t("home.noPeriod")} /></Card>;
  const at = STAGES.indexOf((row.state === "returned" ? "collecting" : row.state === "verified" ? "in_verification" : row.state) as "ready");
  return (
    <Card title={t("home.period")} note={<><span className="num">{row.period}</span> · {plant ? named(plant) : row.plant}</>} aside={<strong><Num value={row.total_tco2} places={1} unit={t("unit.tco2")} /></strong>}>
      <Suspense fallback={<SkeletonRows rows={1} />}>
        <Progression steps={STAGES.map((stage, i) => ({ title: t(`home.stages.${stage}`), state: i < at || row.state === "minted" ? "done" : i === at ? (row.state === "returned" ? "failed" : "now") : "later" }))} />
      </Suspense>
      <div style={{ marginTop: 12 }}><Link to="/accounting/$period" params={{ period: row.id }} className="button small">{t("home.openPeriod")}</Link></div>
    </Card>
  );
}

function Position() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["assets"], queryFn: assets, refetchInterval: 20_000 });
  return (
    <Card title={t("home.position")} aside={<Link to="/assets" className="small">{t("ui.open")}</Link>}>
      <Answer query={query} rows={3}>
        {(data) => (
          <div className="stack">
            <div><span className="small muted">{t("home.coin")}</span><div className="big-figure"><Coin cents={data.coin.free_cents} /></div></div>
            {data.holdings.length === 0 ? <span className="muted">{t("assets.none")}</span> : (
              <ul className="stack tight">
                {data.holdings.map((row) => <li key={`${row.unit}${row.vintage}`} className="row apart"><span className="mono">{row.unit}-{row.vintage}</span><strong><Tonnes value={row.free} /></strong></li>)}
              </ul>
            )}
          </div>
        )}
      </Answer>
    </Card>
  );
}

function Plants() {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const query = usePlants();
  return (
    <Card title={t("home.plants")}>
      <Answer query={query} rows={2} isEmpty={(data) => data.results.length === 0} empty={<span className="muted">{t("live.noPlants")}</span>}>
        {(data) => (
          <ul className="stack tight">
            {data.results.map((plant) => <li key={plant.id} className="row apart"><span>{named(plant)} <span className="muted small">{term("Sector", plant.sector)}</span></span><Link to="/live" className="button small"><Icon name="pulse" size={15} />{t("home.seeLive")}</Link></li>)}
          </ul>
        )}
      </Answer>
    </Card>
  );
}

function LastTrades() {
  const { t } = useTranslation();
  const query = useList<TradeRow>("trades/", { limit: 5 });
  const rows = query.data?.pages[0]?.results ?? [];
  return (
    <Card title={t("home.trades")} aside={<Link to="/market" className="small">{t("menu.market")}</Link>}>
      {query.isPending ? <SkeletonRows rows={2} /> : rows.length === 0 ? <span className="muted">{t("home.noTrades")}</span> : (
        <ul className="stack tight">
          {rows.map((row) => (
            <li key={row.trade} className="row apart">
              <span><span className={`strong ${row.side === "buy" ? "up" : "down"}`}>{t(`market.${row.side}`)}</span> <span className="mono">{row.unit}-{row.vintage}</span></span>
              <span><Tonnes value={row.quantity} /> × <Coin cents={row.price_cents} unit={false} /></span>
              <Instant at={row.at} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
