/** The regulator's wall: sums, price, the chain's health, and everything that happens as it happens. */
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { publicFigures } from "@/api/public";
import { chainStatus, enterprises, overview, type EnterpriseRow, type Overview } from "@/api/oversight";
import { candlesOf } from "@/api/market";
import { idsOf, useTerm } from "@/labels";
import { useTopicEvents } from "@/live";
import { formatted } from "@/lib/decimal";
import { ConnPill } from "@/shell/Pills";
import { Card, PageHead } from "@/ui/Card";
import { Spark } from "@/ui/charts/Spark";
import { Rows } from "@/ui/List";
import { Coin, Num, Tonnes } from "@/ui/Num";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Tile } from "@/ui/Tile";
import { instantText } from "@/ui/time";
import { Feed } from "./Feed";
import { movesNothing } from "./pulse";
import { MintedTile, RateTile, Standings, usePulse } from "./Standings";
import "./wall.css";

export function Page() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["overview"], queryFn: overview, refetchInterval: 15_000 });
  useTopicEvents("oversight", useAsked(client));
  return (
    <>
      <PageHead title={t("wall.title")} sub={t("wall.sub")}><ConnPill /></PageHead>
      {query.isError && query.data ? <Notice tone="warn" icon="alert">{t("wall.old", { at: instantText(new Date(query.dataUpdatedAt).toISOString()) })}</Notice> : null}
      <Answer query={query}>{(data) => <View data={data} />}</Answer>
    </>
  );
}

const KEYS = ["overview", "enterprises", "chain-status", "public", "wall-price"];
const ASK_MS = 1_000;

/** Asks again what an event moved, at most once a second; a frame of readings carries all it has to say. */
function useAsked(client: QueryClient): (data: unknown) => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (data) => {
    if (movesNothing(data) || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      for (const key of KEYS) void client.invalidateQueries({ queryKey: [key] });
    }, ASK_MS);
  };
}

function View({ data }: { data: Overview }) {
  const { t } = useTranslation();
  const figures = useQuery({ queryKey: ["public"], queryFn: publicFigures });
  const pulse = usePulse();
  const first = data.instruments[0];
  return (
    <div className="stack">
      <div className="tiles wall-tiles">
        <RateTile pulse={pulse} />
        <MintedTile wall={data.wall} />
        <Tile label={t("wall.verified")} loading={figures.isPending}><Num value={figures.data?.verified_tco2} places={1} unit={t("unit.tco2")} /></Tile>
        {first ? <PriceTile instrument={first} /> : null}
        <Tile label={t("wall.traded")} foot={<>{t("wall.trades", { n: data.trades })}</>}><Tonnes value={data.traded_t} /></Tile>
        <Tile label={t("wall.turnover")}><Coin cents={data.turnover_cents} /></Tile>
        <Tile label={t("wall.compliance")} foot={<>{t("wall.due")} {formatted(data.due_t, 0)}</>}><Tonnes value={data.surrendered_t} /></Tile>
        <ChainTile />
      </div>
      <Standings wall={data.wall} pulse={pulse} />
      <div className="columns two-one stretch">
        <Feed />
        <div className="stack"><Session data={data} /><Reports data={data} /><Supplies data={data} /></div>
      </div>
      <EnterpriseTable />
    </div>
  );
}

function PriceTile({ instrument }: { instrument: Overview["instruments"][number] }) {
  const { t } = useTranslation();
  const name = `${instrument.unit}-${instrument.vintage}`;
  const candles = useQuery({ queryKey: ["wall-price", name], queryFn: () => candlesOf(name, "1m") });
  // Drawn only: the figure itself comes from text.
  const closes = (candles.data?.results ?? []).slice(-60).map((candle) => Number(candle.close_cents));
  return (
    <Tile label={t("wall.price", { name })} foot={<Spark points={closes} width={140} />}>
      <Coin cents={instrument.last_cents ?? instrument.reference_cents} unit={false} /><span className="unit">{t("unit.coinPerTonne")}</span>
    </Tile>
  );
}

function ChainTile() {
  const { t } = useTranslation();
  const status = useQuery({ queryKey: ["chain-status"], queryFn: chainStatus, refetchInterval: 5_000 });
  const foot = status.data ? t("wall.confirm", { p50: status.data.readable_ms.p50, p95: status.data.readable_ms.p95 }) : undefined;
  return <Tile label={t("wall.chain")} loading={status.isPending} foot={foot}><Num value={status.data ? String(status.data.height) : null} unit={t("wall.blocks")} /></Tile>;
}

function Session({ data }: { data: Overview }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <Card title={t("wall.session")} aside={<StatusPill tone={["open", "block", "auction"].includes(data.session.phase) ? "ok" : "neutral"}>{term("SessionPhase", data.session.phase)}</StatusPill>}>
      <ul className="stack tight">
        {data.instruments.map((each) => (
          <li key={`${each.unit}${each.vintage}`} className="row apart">
            <Link to="/market" search={{ q: `${each.unit}-${each.vintage}` }} className="mono">{each.unit}-{each.vintage}</Link>
            <span><Coin cents={each.last_cents ?? each.reference_cents} /></span>
          </li>
        ))}
        {data.instruments.length === 0 ? <li className="muted">{t("market.none")}</li> : null}
      </ul>
    </Card>
  );
}

function Reports({ data }: { data: Overview }) {
  const { t } = useTranslation();
  const term = useTerm();
  const most = Math.max(1, ...Object.values(data.reports));
  return (
    <Card title={t("wall.reports")}>
      <ul className="bars">
        {idsOf("ReportState").filter((state) => data.reports[state]).map((state) => (
          <li key={state}>
            <span className="bar-label">{term("ReportState", state)}</span>
            <span className="bar-track"><span className="bar-fill" style={{ width: `${((data.reports[state] ?? 0) / most) * 100}%`, background: state === "minted" ? "var(--chain)" : "var(--primary)" }} /></span>
            <span className="num bar-value">{data.reports[state]}</span><span />
          </li>
        ))}
        {Object.keys(data.reports).length === 0 ? <li className="muted">{t("reports.none")}</li> : null}
      </ul>
    </Card>
  );
}

function Supplies({ data }: { data: Overview }) {
  const { t } = useTranslation();
  return (
    <Card title={t("issuance.supply")}>
      <ul className="stack tight">
        {data.supplies.map((row) => (
          <li key={row.token} className="row apart">
            <span className="mono">{row.token === "coin" ? t("unit.coin") : row.token}</span>
            <span>{row.token === "coin" ? <Coin cents={row.issued} unit={false} /> : <Tonnes value={row.issued} unit={false} />} <span className="muted small">/ {row.token === "coin" ? <Coin cents={row.cap} unit={false} /> : <Tonnes value={row.cap} unit={false} />}</span></span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function EnterpriseTable() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["enterprises"], queryFn: enterprises });
  return (
    <Card title={t("menu.enterprises")} flush>
      <Answer query={query} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="factory" title={t("enterprises.none")} />}>
        {(data) => <EnterpriseRows rows={data.results} />}
      </Answer>
    </Card>
  );
}

export function EnterpriseRows({ rows, onOpen }: { rows: readonly EnterpriseRow[]; onOpen?: (row: EnterpriseRow) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <Rows rows={rows} rowKey={(row) => row.account} label={t("menu.enterprises")} onOpen={onOpen}
      columns={[
        { key: "name", title: t("queue.enterprise"), render: (row) => <Link to="/enterprises/$account" params={{ account: row.account }} className="strong">{row.name || row.account}</Link> },
        { key: "sector", title: t("register.sector"), render: (row) => term("Sector", row.sector) },
        { key: "reports", title: t("wall.minted"), right: true, render: (row) => <span className="num">{row.reports}</span> },
        { key: "allowances", title: t("assets.holdings"), right: true, render: (row) => <Tonnes value={row.allowances_t} /> },
        { key: "coin", title: t("unit.coin"), right: true, render: (row) => <Coin cents={row.coin_cents} unit={false} /> },
        { key: "due", title: t("assets.due"), right: true, render: (row) => <Tonnes value={row.due_t} /> },
        { key: "state", title: t("periods.state"), render: (row) => <StatusPill tone={row.state === "active" ? "ok" : "warn"}>{term("AccountState", row.state)}</StatusPill> },
      ]} />
  );
}
