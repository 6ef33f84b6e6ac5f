/** Auctions: the notices, opening one, sealed bids and their revelation from this browser. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuctionRow, BidRow } from "@/api/deals";
import { useList } from "@/api/lists";
import type { Assets, Quote } from "@/api/market";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { bidFile, keepBid, keptBids, readBidFile } from "@/lib/bids";
import { formatted, major, minor } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Coin, Tonnes } from "@/ui/Num";
import { Segments } from "@/ui/Segments";
import { Empty } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { bidFault, openingFault, signingOfBid, signingOfClosing, signingOfOpening, signingOfRevelation, type AuctionFault, type Means } from "./auction";
import { AuctionHours } from "./Hours";
import "./market.css";

const STAGES = ["announced", "bidding", "revealing", "over", "closed"] as const;
const TONES: Record<string, Tone> = { announced: "primary", bidding: "ok", revealing: "warn", over: "warn", closed: "neutral" };

export function Auctions({ unit, vintage, quote, assets }: { unit: string; vintage: string; quote: Quote; assets: Assets | undefined }) {
  const me = useMyself();
  const client = useQueryClient();
  const [signing, setSigning] = useState<Signing | null>(null);
  const [bidding, setBidding] = useState<AuctionRow | null>(null);
  const holding = assets?.holdings.find((each) => each.unit === unit && String(each.vintage) === vintage);
  const means: Means = { tradable: holding?.tradable ?? "0", free_cents: assets?.coin.free_cents ?? "0" };
  const close = () => {
    setSigning(null);
    void client.invalidateQueries({ queryKey: ["kept bids"] });
  };
  return (
    <>
      <AuctionHours />
      {can(me, "trade") ? <Opening unit={unit} vintage={vintage} quote={quote} means={means} onSign={setSigning} /> : null}
      {bidding ? <Bidding key={bidding.auction} row={bidding} means={means} onSign={setSigning} onClose={() => setBidding(null)} /> : null}
      <Notices onSign={setSigning} onBid={setBidding} />
      <OwnBids onSign={setSigning} />
      <ConfirmSign signing={signing} onClose={close} />
    </>
  );
}

function Amounts({ priceLabel, price, quantity, fault, tried, hint, onPrice, onQuantity }: {
  priceLabel: string; price: string; quantity: string; fault: AuctionFault | null; tried: boolean; hint: string; onPrice: (text: string) => void; onQuantity: (text: string) => void;
}) {
  const { t } = useTranslation();
  const shown = (field: "price" | "quantity", given: string) => (fault?.field === field && (tried || given) ? t(`auctions.faults.${fault.name}`, fault.facts) : null);
  const cents = minor(price, 2);
  const units = minor(quantity, 0);
  return (
    <>
      <Field label={`${priceLabel} (${t("unit.coinPerTonne")})`} fault={shown("price", price)}>
        {(ids) => <input {...ids} className="input" inputMode="decimal" autoComplete="off" value={price} onChange={(event) => onPrice(event.target.value.trim())} />}
      </Field>
      <Field label={`${t("market.quantity")} (${t("unit.tonne")})`} fault={shown("quantity", quantity)} hint={hint}>
        {(ids) => <input {...ids} className="input" inputMode="numeric" autoComplete="off" value={quantity} onChange={(event) => onQuantity(event.target.value.trim())} />}
      </Field>
      <div className="field total"><span className="label">{t("market.amount")}</span><span className="strong" style={{ lineHeight: "36px" }}><Coin cents={cents !== null && units !== null ? (cents * units).toString() : null} /></span></div>
    </>
  );
}

function useMeansHint(means: Means) {
  const { t } = useTranslation();
  return (side: "buy" | "sell") => (side === "sell" ? t("market.available", { n: formatted(means.tradable, 0) }) : t("market.coinAvailable", { n: formatted(major(means.free_cents, 2), 2) }));
}

function Opening({ unit, vintage, quote, means, onSign }: { unit: string; vintage: string; quote: Quote; means: Means; onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const hint = useMeansHint(means);
  const [side, setSide] = useState<"buy" | "sell">("sell");
  const [price, setPrice] = useState("");
  const [quantity, setQuantity] = useState("");
  const [tried, setTried] = useState(false);
  const sums = { price_cents: minor(price, 2), quantity: minor(quantity, 0) };
  const fault = openingFault({ side, ...sums }, means);
  const open = ["open", "block", "auction"].includes(quote.session.phase);
  const submit = () => {
    setTried(true);
    if (fault || sums.price_cents === null || sums.quantity === null) return;
    const emptied: Signing["onDone"] = (state) => { if (state.state === "committed") { setPrice(""); setQuantity(""); setTried(false); } };
    onSign({ ...signingOfOpening({ side, unit, vintage, price_cents: sums.price_cents, quantity: sums.quantity }, t), onDone: emptied });
  };
  return (
    <Card title={t("auctions.open")} note={t(open ? "auctions.hint" : "auctions.closed")}>
      <form className="ticket" aria-label={t("auctions.open")} onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <div className="field"><span className="label">{t("auctions.kind")}</span>
          <Segments label={t("auctions.kind")} value={side} onChange={setSide} options={[{ value: "sell", label: t("auctions.selling") }, { value: "buy", label: t("auctions.buying") }]} /></div>
        <Amounts priceLabel={t(side === "sell" ? "auctions.floor" : "auctions.ceiling")} price={price} quantity={quantity} fault={fault} tried={tried} hint={hint(side)} onPrice={setPrice} onQuantity={setQuantity} />
        <button type="submit" className="button primary" disabled={!open}><Icon name="pen" size={16} />{t("market.submit")}</button>
      </form>
    </Card>
  );
}

function Bidding({ row, means, onSign, onClose }: { row: AuctionRow; means: Means; onSign: (signing: Signing) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMyself();
  const hint = useMeansHint(means);
  const [price, setPrice] = useState("");
  const [quantity, setQuantity] = useState("");
  const [tried, setTried] = useState(false);
  const sums = { price_cents: minor(price, 2), quantity: minor(quantity, 0) };
  const fault = bidFault(row, sums, means);
  const submit = async () => {
    setTried(true);
    if (fault || sums.price_cents === null || sums.quantity === null) return;
    const signing = await signingOfBid(row, me.account, { price_cents: sums.price_cents, quantity: sums.quantity }, t);
    // Once the ledger has the bid the form goes: a second press would be a second bid.
    onSign({ ...signing, onDone: (state) => { if (state.state === "committed") onClose(); } });
  };
  return (
    <Card title={t("auctions.bidFor", { name: row.organisation })} note={t("auctions.bidHint")}>
      <form className="ticket" aria-label={t("auctions.bid")} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Amounts priceLabel={t("market.price")} price={price} quantity={quantity} fault={fault} tried={tried} hint={hint(row.side === "sell" ? "buy" : "sell")} onPrice={setPrice} onQuantity={setQuantity} />
        <button type="submit" className="button primary"><Icon name="pen" size={16} />{t("market.submit")}</button>
        <button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button>
      </form>
    </Card>
  );
}

function Notices({ onSign, onBid }: { onSign: (signing: Signing) => void; onBid: (row: AuctionRow) => void }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useList<AuctionRow>("auctions/", {}, { refetchInterval: 10_000 });
  const acts = (row: AuctionRow) => (
    <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
      {row.stage === "bidding" && !row.own && can(me, "trade") ? <button type="button" className="button small primary" onClick={() => onBid(row)}>{t("auctions.bid")}</button> : null}
      {row.may_close && can(me, "close_auctions") ? <button type="button" className="button small" onClick={() => onSign(signingOfClosing(row, t))}>{t("auctions.close")}</button> : null}
    </span>
  );
  const result = (row: AuctionRow) => (row.stage !== "closed" ? "—" : row.price_cents === null ? t("auctions.unsold") : t("auctions.soldAt", { t: formatted(row.sold_t, 0), price: major(row.price_cents, 2) }));
  return (
    <Card title={t("auctions.list")} flush>
      <List query={query} rowKey={(row) => row.auction} label={t("auctions.list")} empty={<Empty icon="candles" title={t("auctions.none")}>{t("auctions.noneText")}</Empty>}
        columns={[
          { key: "at", title: t("market.time"), render: (row) => <Instant at={row.opened_at} /> },
          { key: "by", title: t("auctions.by"), render: (row) => <span className="strong">{row.own ? t("auctions.us") : row.organisation}</span> },
          { key: "instrument", title: t("market.instrument"), render: (row) => <span className="mono">{row.unit}-{row.vintage}</span> },
          { key: "kind", title: t("auctions.kind"), render: (row) => t(row.side === "sell" ? "auctions.selling" : "auctions.buying") },
          { key: "quantity", title: t("market.quantity"), right: true, render: (row) => <span className="num">{formatted(row.quantity, 0)}</span> },
          { key: "limit", title: t("auctions.limit"), right: true, render: (row) => <Coin cents={row.floor_cents ?? row.ceiling_cents} unit={false} /> },
          { key: "bids", title: t("auctions.bids"), right: true, render: (row) => <span className="num">{row.bids}</span> },
          { key: "stage", title: t("auctions.stage"), render: (row) => <StatusPill tone={TONES[row.stage] ?? "neutral"}>{t(`auctions.stages.${STAGES.find((each) => each === row.stage) ?? "closed"}`)}</StatusPill> },
          { key: "result", title: t("auctions.result"), right: true, render: (row) => <span className="num">{result(row)}</span> },
          { key: "do", title: "", right: true, render: acts },
        ]} />
    </Card>
  );
}

function OwnBids({ onSign }: { onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const client = useQueryClient();
  const query = useList<BidRow>("bids/", {}, { refetchInterval: 10_000 });
  const kept = useQuery({ queryKey: ["kept bids", me.account], queryFn: () => keptBids(me.account) });
  const [told, setTold] = useState("");
  const bids = kept.data ?? [];
  const bidOf = (row: BidRow) => bids.find((each) => each.digest === row.digest);
  const take = async (file: File) => {
    const read = await readBidFile(await file.slice(0, 65 * 1024).text(), me.account);
    if (read.ok) for (const bid of read.value) await keepBid(bid);
    setTold(read.ok ? t("auctions.imported", { n: read.value.length }) : t(`auctions.fileFaults.${read.error}`));
    await client.invalidateQueries({ queryKey: ["kept bids"] });
  };
  const said = (row: BidRow) => {
    const bid = bidOf(row);
    if (row.state !== "sealed") return row.quantity === "0" ? "—" : <span className="num">{formatted(row.quantity, 0)} × {major(row.price_cents, 2)}</span>;
    return bid ? <><span className="num">{formatted(bid.quantity, 0)} × {major(bid.price_cents, 2)}</span><div className="small muted">{t("auctions.sealedHere")}</div></> : <span className="small muted">{t("auctions.sealedElsewhere")}</span>;
  };
  const reveal = (row: BidRow) => {
    const bid = bidOf(row);
    if (row.state !== "sealed" || !bid || row.stage !== "revealing" || !can(me, "trade")) return null;
    return <button type="button" className="button small primary" onClick={() => onSign(signingOfRevelation(row, bid, row.organisation, t))}>{t("auctions.reveal")}</button>;
  };
  return (
    <Card title={t("auctions.own")} flush aside={
      <>
        {told ? <span className="small muted" role="status">{told}</span> : null}
        <label className="button small">{t("auctions.importBids")}<input type="file" accept="application/json,.json" className="sr" onChange={(event) => { const file = event.target.files?.[0]; if (file) void take(file); event.target.value = ""; }} /></label>
        {bids.length > 0 ? <a className="button small" download="tanheng-bids.json" href={`data:application/json,${encodeURIComponent(bidFile(bids))}`}>{t("auctions.exportBids")}</a> : null}
      </>
    }>
      <List query={query} rowKey={(row) => `${row.auction}${row.n}`} label={t("auctions.own")} empty={<Empty icon="pen" title={t("auctions.ownNone")} />}
        columns={[
          { key: "at", title: t("market.time"), render: (row) => <Instant at={row.bid_at} /> },
          { key: "by", title: t("auctions.by"), render: (row) => <span className="strong">{row.organisation}</span> },
          { key: "instrument", title: t("market.instrument"), render: (row) => <span className="mono">{row.unit}-{row.vintage}</span> },
          { key: "n", title: t("auctions.number"), right: true, render: (row) => <span className="num">{row.n + 1}</span> },
          { key: "locked", title: t("auctions.locked"), right: true, render: (row) => (row.maximum_cents === null ? <Tonnes value={row.locked_t} /> : <Coin cents={row.maximum_cents} />) },
          { key: "said", title: t("auctions.said"), render: said },
          { key: "state", title: t("market.state"), render: (row) => <StatusPill tone={row.state === "won" ? "chain" : row.state === "sealed" ? "warn" : "neutral"}>{term("BidState", row.state)}</StatusPill> },
          { key: "filled", title: t("auctions.filled"), right: true, render: (row) => <span className="num">{formatted(row.filled_t, 0)}</span> },
          { key: "do", title: "", right: true, render: reveal },
        ]} />
    </Card>
  );
}
