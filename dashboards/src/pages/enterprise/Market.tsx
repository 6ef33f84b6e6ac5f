/** One instrument: price and session, candles, book and tape, the ticket, one's own orders. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { can, useMyself } from "@/api/me";
import { assets, candlesOf, instruments, quote, type Quote } from "@/api/market";
import { useTerm } from "@/labels";
import { useTopic } from "@/live";
import { ConnPill } from "@/shell/Pills";
import { Card, PageHead } from "@/ui/Card";
import { CandleChart, type Step } from "@/ui/charts/CandleChart";
import { Segments } from "@/ui/Segments";
import { Answer, Empty, Notice, SkeletonRows } from "@/ui/states";
import { Depth } from "./Depth";
import { SessionHours } from "./Hours";
import { OwnOrders } from "./OwnOrders";
import { PriceHead } from "./PriceHead";
import { Tape } from "./Tape";
import { Ticket } from "./Ticket";
import "./market.css";

const Blocks = lazy(() => import("./Blocks").then((module) => ({ default: module.Blocks })));
const Auctions = lazy(() => import("./Auctions").then((module) => ({ default: module.Auctions })));
const WAYS = ["listed", "blocks", "auctions"] as const;

const STEPS: readonly Step[] = ["1m", "5m", "1h", "1d"];

export function Page() {
  const { t } = useTranslation();
  const { q } = useSearch({ strict: false });
  const list = useQuery({ queryKey: ["instruments"], queryFn: instruments, staleTime: 60_000 });
  return (
    <Answer query={list} isEmpty={(data) => data.results.length === 0} empty={<><PageHead title={t("market.title")} /><Card><Empty icon="candles" title={t("market.none")} /></Card></>}>
      {(data) => {
        const names = data.results.map((each) => `${each.unit}-${each.vintage}`);
        return <Instrument name={q && names.includes(q) ? q : names[0]!} names={names} />;
      }}
    </Answer>
  );
}

/** The whole state from REST, then from each frame: frames carry the book as it now is. */
function useQuote(name: string) {
  const query = useQuery({ queryKey: ["quote", name], queryFn: () => quote(name), refetchInterval: 15_000 });
  const live = useTopic<Partial<Quote>>(`market.${name}`, {}, (data) => data as Partial<Quote>, (before, data) => ({ ...before, ...(data as Partial<Quote>) }));
  // The viewer's own part of the book comes with REST only; frames are the same for everybody.
  const whole = query.data ? { ...query.data, ...live, tape: live.tape ?? query.data.tape } : undefined;
  return { query, whole };
}

function Instrument({ name, names }: { name: string; names: string[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const navigate = useNavigate();
  const trader = can(me, "trade");
  const { query, whole } = useQuote(name);
  const held = useQuery({ queryKey: ["assets"], queryFn: assets, enabled: me.kind === "enterprise" });
  const [pick, setPick] = useState<{ price: string; side: "buy" | "sell"; n: number } | null>(null);
  const [tab, setTab] = useState<"book" | "tape">("book");
  const { tab: asked } = useSearch({ strict: false });
  const way = me.kind === "enterprise" ? (WAYS.find((each) => each === asked) ?? "listed") : "listed";
  const [unit = "", vintage = ""] = name.split("-");
  const choose = (price: string, side: "buy" | "sell") => setPick({ price, side, n: (pick?.n ?? 0) + 1 });
  return (
    <>
      <PageHead title={<>{term("AllowanceUnit", unit)} <span className="mono muted">{name}</span></>} sub={me.kind === "enterprise" ? undefined : t("market.readOnly")}>
        {names.length > 1 ? <Segments label={t("market.instrument")} value={name} onChange={(next) => void navigate({ to: "/market", search: { q: next, tab: asked } })} options={names.map((each) => ({ value: each, label: each }))} /> : null}
        <ConnPill />
      </PageHead>
      <Answer query={query}>
        {() => (whole ? (
          <div className="stack">
            <PriceHead quote={whole} />
            <SessionHours phase={whole.session.phase} />
            {me.kind === "enterprise" ? <div><Segments label={t("trading.tabs")} value={way} onChange={(next) => void navigate({ to: "/market", search: { q: name, tab: next } })} options={WAYS.map((each) => ({ value: each, label: t(`trading.${each}`) }))} /></div> : null}
            {whole.session.halted ? <Notice tone="danger" icon="alert">{t("trading.halted")}</Notice> : null}
            {way === "blocks" ? <Suspense fallback={<SkeletonRows />}><Blocks key={name} unit={unit} vintage={vintage} quote={whole} assets={held.data} /></Suspense> : null}
            {way === "auctions" ? <Suspense fallback={<SkeletonRows />}><Auctions key={name} unit={unit} vintage={vintage} quote={whole} assets={held.data} /></Suspense> : null}
            {way === "listed" ? <>
            <div className="market-grid" data-tab={tab}>
              <Candles name={name} stamp={whole.tape[0]?.trade ?? ""} />
              <div className="market-tabs"><Segments label={t("market.depth")} value={tab} onChange={setTab} options={[{ value: "book", label: t("market.bookTab") }, { value: "tape", label: t("market.tapeTab") }]} /></div>
              <Card title={t("market.depth")} flush className="book-card"><Depth quote={whole} onPick={trader ? choose : undefined} /></Card>
              <Card title={t("market.tape")} flush className="tape-card"><Tape rows={whole.tape} /></Card>
            </div>
            {trader ? <Ticket key={name} unit={unit} vintage={vintage} quote={whole} assets={held.data} pick={pick} /> : null}
            {me.kind === "enterprise" ? <OwnOrders /> : null}
            </> : null}
          </div>
        ) : <SkeletonRows />)}
      </Answer>
    </>
  );
}

function Candles({ name, stamp }: { name: string; stamp: string }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>("1m");
  const query = useQuery({ queryKey: ["candles", name, step, stamp], queryFn: () => candlesOf(name, step), placeholderData: (before) => before, refetchInterval: 30_000 });
  return (
    <Card className="candle-card" title={t("market.chartLabel")} aside={<Segments label={t("market.step")} value={step} onChange={setStep} options={STEPS.map((value) => ({ value, label: value }))} />}>
      <div style={{ minHeight: 420 }}>
        <Answer query={query} rows={8} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="candles" title={t("market.noCandles")} />}>
          {(data) => <CandleChart candles={data.results} symbol={name} step={step} />}
        </Answer>
      </div>
    </Card>
  );
}
