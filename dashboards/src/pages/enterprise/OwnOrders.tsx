import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { cancelListing, type ListingRow, type TradeRow } from "@/api/market";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { formatted } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { shortHash } from "@/ui/Hash";
import { List } from "@/ui/List";
import { Coin, Tonnes } from "@/ui/Num";
import { Segments } from "@/ui/Segments";
import { Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

/** One's own orders and trades; an open order can be cancelled. */
export function OwnOrders() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<"own" | "trades">("own");
  return (
    <Card title={t(tab === "own" ? "market.own" : "market.trades")} flush aside={
      <Segments label={t("market.own")} value={tab} onChange={setTab} options={[{ value: "own", label: t("market.own") }, { value: "trades", label: t("market.trades") }]} />
    }>
      {tab === "own" ? <Orders /> : <Trades />}
    </Card>
  );
}

function SideWord({ side }: { side: "sell" | "buy" }) {
  const { t } = useTranslation();
  return <span className={`strong ${side === "buy" ? "up" : "down"}`}>{t(`market.${side}`)}</span>;
}

function Orders() {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const [signing, setSigning] = useState<Signing | null>(null);
  const query = useList<ListingRow>("listings/", {}, { refetchInterval: 10_000 });
  const open = (row: ListingRow) => (row.state === "open" || row.state === "partly_taken") && can(me, "trade");
  const cancel = (row: ListingRow) => setSigning({
    title: t("market.cancelTitle"),
    statement: t("market.cancelStatement"),
    facts: [{ label: t("market.instrument"), value: `${row.unit}-${row.vintage}` }, { label: t("market.open"), value: <Tonnes value={row.quantity_open} /> }, { label: t("market.price"), value: <Coin cents={row.price_cents} /> }],
    intents: async () => [{ name: "unlist", args: { listing: row.listing } }],
    send: ([signed]) => cancelListing(row.listing, signed!),
  });
  return (
    <>
      <List query={query} rowKey={(row) => row.listing} label={t("market.own")} empty={<Empty icon="candles" title={t("market.ownNone")} />}
        columns={[
          { key: "at", title: t("market.time"), render: (row) => <Instant at={row.listed_at} /> },
          { key: "instrument", title: t("market.instrument"), render: (row) => <span className="mono">{row.unit}-{row.vintage}</span> },
          { key: "side", title: t("market.side"), render: (row) => <SideWord side={row.side} /> },
          { key: "price", title: t("market.price"), right: true, render: (row) => <Coin cents={row.price_cents} unit={false} /> },
          { key: "quantity", title: t("market.quantity"), right: true, render: (row) => <span className="num">{formatted(row.quantity, 0)}</span> },
          { key: "open", title: t("market.open"), right: true, render: (row) => <span className="num">{formatted(row.quantity_open, 0)}</span> },
          { key: "state", title: t("market.state"), render: (row) => <StatusPill tone={row.state === "open" || row.state === "partly_taken" ? "ok" : "neutral"}>{term("ListingState", row.state)}</StatusPill> },
          { key: "do", title: "", right: true, render: (row) => (open(row) ? <button type="button" className="button small" onClick={() => cancel(row)}>{t("market.cancel")}</button> : null) },
        ]} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

function Trades() {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useList<TradeRow>("trades/", {}, { refetchInterval: 10_000 });
  return (
    <List query={query} rowKey={(row) => row.trade} label={t("market.trades")} empty={<Empty icon="candles" title={t("market.noTape")} />}
      columns={[
        { key: "at", title: t("market.time"), render: (row) => <Instant at={row.at} /> },
        { key: "instrument", title: t("market.instrument"), render: (row) => <span className="mono">{row.unit}-{row.vintage}</span> },
        { key: "kind", title: t("market.mode"), render: (row) => term("TradeKind", row.kind) },
        { key: "side", title: t("market.side"), render: (row) => <SideWord side={row.side} /> },
        { key: "price", title: t("market.price"), right: true, render: (row) => <Coin cents={row.price_cents} unit={false} /> },
        { key: "quantity", title: t("market.quantity"), right: true, render: (row) => <span className="num">{formatted(row.quantity, 0)}</span> },
        { key: "amount", title: t("market.amount"), right: true, render: (row) => <Coin cents={row.amount_cents} unit={false} /> },
        { key: "tx", title: t("market.tx"), render: (row) => <Link to="/chain" search={{ q: row.tx_id }} className="mono">{shortHash(row.tx_id)}</Link> },
      ]} />
  );
}
