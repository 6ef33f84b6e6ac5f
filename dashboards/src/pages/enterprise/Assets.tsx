/** What the account holds: coin, allowances by vintage and lot, obligations and surrenders, what was signed. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { IntentState } from "@/api/intents";
import { useList } from "@/api/lists";
import { assets, type Assets, type Lot } from "@/api/market";
import { useTerm } from "@/labels";
import { useTopicEvents } from "@/live";
import { useMyself } from "@/api/me";
import { client } from "@/router";
import { formatted } from "@/lib/decimal";
import { Card, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { List, Rows } from "@/ui/List";
import { Coin, Num, Tonnes } from "@/ui/Num";
import { Answer, Empty, SkeletonRows } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Tile } from "@/ui/Tile";
import { Instant } from "@/ui/time";

const Coins = lazy(() => import("./Coins").then((module) => ({ default: module.Coins })));
const LotMerging = lazy(() => import("./LotMerging").then((module) => ({ default: module.LotMerging })));
const Leaving = lazy(() => import("./Leaving").then((module) => ({ default: module.Leaving })));

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["assets"], queryFn: assets, refetchInterval: 20_000 });
  useTopicEvents(`account.${me.account}`, () => void client.invalidateQueries({ queryKey: ["assets"] }));
  return (
    <>
      <PageHead title={t("assets.title")} />
      <Answer query={query}>{(data) => <Holdings data={data} />}</Answer>
    </>
  );
}

function Holdings({ data }: { data: Assets }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <div className="tiles">
        <Tile label={t("assets.coinFree")}><Coin cents={data.coin.free_cents} /></Tile>
        <Tile label={t("assets.coinLocked")}><Coin cents={data.coin.locked_cents} /></Tile>
        {data.holdings.map((row) => (
          <Tile key={`${row.unit}${row.vintage}`} label={`${row.unit}-${row.vintage}`} foot={`${t("assets.tradable")} ${formatted(row.tradable, 0)} · ${t("assets.listed")} ${formatted(row.listed, 0)}`}>
            <Tonnes value={row.free} />
          </Tile>
        ))}
      </div>
      {data.holdings.length === 0 ? <Card><Empty icon="wallet" title={t("assets.none")}>{t("assets.noneText")}</Empty></Card> : <Table data={data} />}
      {data.lots.length > 0 ? <Lots lots={data.lots} /> : null}
      <Suspense fallback={null}><LotMerging lots={data.lots} /><Coins free={data.coin.free_cents} /></Suspense>
      <Suspense fallback={<SkeletonRows />}><Leaving data={data} /></Suspense>
      <Signed />
    </div>
  );
}

function Table({ data }: { data: Assets }) {
  const { t } = useTranslation();
  const number = (value: string) => <Num value={value} places={0} />;
  return (
    <Card title={t("assets.holdings")} note={t("unit.tonne")} flush>
      <Rows rows={data.holdings} rowKey={(row) => `${row.unit}${row.vintage}`} label={t("assets.holdings")}
        columns={[
          { key: "instrument", title: t("assets.instrument"), render: (row) => <span className="mono strong">{row.unit}-{row.vintage}</span> },
          { key: "free", title: t("assets.free"), right: true, render: (row) => number(row.free) },
          { key: "tradable", title: t("assets.tradable"), right: true, render: (row) => number(row.tradable) },
          { key: "listed", title: t("assets.listed"), right: true, render: (row) => number(row.listed) },
          { key: "pending", title: t("assets.pending"), right: true, render: (row) => number((BigInt(row.pending_surrender) + BigInt(row.pending_cancellation)).toString()) },
          { key: "surrendered", title: t("assets.surrendered"), right: true, render: (row) => number(row.surrendered) },
          { key: "held", title: t("assets.held"), right: true, render: (row) => number(row.held) },
        ]} />
    </Card>
  );
}

const LOT_TONES: Record<string, Tone> = { free: "ok", listed: "primary", pending_surrender: "warn", pending_cancellation: "warn", surrendered: "chain" };

/** Every tonne keeps its number: a lot is a range of them. */
function Lots({ lots }: { lots: readonly Lot[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <Card title={t("assets.lots")} flush>
      <Rows rows={lots} rowKey={(row) => `${row.unit}${row.vintage}${row.serial_from}`} label={t("assets.lots")}
        columns={[
          { key: "serials", title: t("assets.serials"), render: (row) => <Hash value={`${row.unit}-${row.vintage}-${row.serial_from}`}><Link to="/trace" search={{ q: `${row.unit}-${row.vintage}-${row.serial_from}-${row.serial_to}` }}>{row.unit}-{row.vintage} {row.serial_from}…{row.serial_to}</Link></Hash> },
          { key: "quantity", title: t("assets.quantity"), right: true, render: (row) => <Tonnes value={row.quantity} /> },
          { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={LOT_TONES[row.state] ?? "neutral"}>{term("LotState", row.state)}</StatusPill> },
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.at} /> },
          { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id} /> },
        ]} />
    </Card>
  );
}

const INTENT_TONES: Record<string, Tone> = { waiting: "warn", sent: "primary", committed: "chain", refused: "danger", expired: "neutral" };

/** The account's own acts on their way to the ledger, refused ones with the reason. */
export function Signed() {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const query = useList<IntentState>("intents/", {}, { refetchInterval: 10_000 });
  const language = i18n.language === "en" ? "en" : "zh";
  return (
    <Card title={t("assets.intents")} flush>
      <List query={query} rowKey={(row) => row.id} label={t("assets.intents")} empty={<Empty icon="pen" title={t("assets.intentsNone")} />}
        columns={[
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.created_at} /> },
          { key: "name", title: t("assets.name"), render: (row) => <><span className="strong">{t(`tx.${row.name as "list"}`)}</span>{row.words ? <div className="small danger-text">{row.words.what[language]}</div> : null}</> },
          { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={INTENT_TONES[row.state] ?? "neutral"}>{term("OutboxState", row.state)}</StatusPill> },
          { key: "block", title: t("assets.block"), right: true, render: (row) => (row.block_number === null ? "—" : <span className="num">#{row.block_number}</span>) },
          { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id} /> },
        ]} />
    </Card>
  );
}
