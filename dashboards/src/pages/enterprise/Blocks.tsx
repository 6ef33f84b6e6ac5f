/** Block agreements: a large trade offered to one counterparty, and what was offered to us. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { counterparties, type BlockRow } from "@/api/deals";
import { useList } from "@/api/lists";
import type { Assets, Quote } from "@/api/market";
import { can, useMyself } from "@/api/me";
import { useTopicEvents } from "@/live";
import { client } from "@/router";
import { formatted, major, minor } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash, shortHash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Coin } from "@/ui/Num";
import { Segments } from "@/ui/Segments";
import { Empty, Notice } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { blockFault, signingOfAcceptance, signingOfProposal, signingOfRefusal, type BlockOrder } from "./block";
import { Trust } from "./Trust";
import "./market.css";

export function Blocks({ unit, vintage, quote, assets }: { unit: string; vintage: string; quote: Quote; assets: Assets | undefined }) {
  const me = useMyself();
  const [signing, setSigning] = useState<Signing | null>(null);
  useTopicEvents(`account.${me.account}`, () => void client.invalidateQueries({ queryKey: ["blocks/"] }));
  return (
    <>
      {can(me, "agree_blocks") ? <Proposal unit={unit} vintage={vintage} quote={quote} assets={assets} onSign={setSigning} /> : <OnlyHeads />}
      <Agreements onSign={setSigning} />
      <Trust />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

function OnlyHeads() {
  const { t } = useTranslation();
  return <Notice tone="neutral" icon="info">{t("blocks.headsOnly")}</Notice>;
}

function Proposal({ unit, vintage, quote, assets, onSign }: { unit: string; vintage: string; quote: Quote; assets: Assets | undefined; onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const others = useQuery({ queryKey: ["counterparties"], queryFn: counterparties, staleTime: 60_000 });
  const [account, setAccount] = useState("");
  const [side, setSide] = useState<BlockOrder["side"]>("sell");
  const [price, setPrice] = useState("");
  const [quantity, setQuantity] = useState("");
  const [tried, setTried] = useState(false);
  const holding = assets?.holdings.find((each) => each.unit === unit && String(each.vintage) === vintage);
  const [tradable, free] = [holding?.tradable ?? "0", assets?.coin.free_cents ?? "0"];
  const counterparty = others.data?.results.find((each) => each.account === account) ?? null;
  const order: BlockOrder = { counterparty, side, unit, vintage, price_cents: minor(price, 2), quantity: minor(quantity, 0) };
  const fault = blockFault(order, { quote, tradable, free_cents: free });
  const given = { counterparty: account, price, quantity };
  const shown = (field: keyof typeof given) => (fault?.field === field && (tried || given[field]) ? t(`blocks.faults.${fault.name}`, fault.facts as { low: string; high: string; n: string }) : null);
  const amount = order.price_cents !== null && order.quantity !== null ? (order.price_cents * order.quantity).toString() : null;
  const open = quote.session.phase === "block" && quote.block_min_t !== null;
  const submit = () => {
    setTried(true);
    if (!fault && counterparty) onSign(signingOfProposal({ ...order, counterparty }, t));
  };
  const facts = { n: formatted(quote.block_min_t ?? "0", 0), low: major(quote.block_low_cents, 2), high: major(quote.block_high_cents, 2) };
  return (
    <Card title={t("blocks.propose")} note={quote.block_min_t === null ? t("blocks.notTraded") : t(open ? "blocks.hint" : "blocks.closed", facts)}>
      <form className="ticket" aria-label={t("blocks.propose")} onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <Field label={t("blocks.other")} fault={shown("counterparty")}>
          {(ids) => (
            <select {...ids} className="input" value={account} onChange={(event) => setAccount(event.target.value)}>
              <option value="">{t("blocks.choose")}</option>
              {(others.data?.results ?? []).map((each) => <option key={each.account} value={each.account}>{each.organisation}</option>)}
            </select>
          )}
        </Field>
        <div className="field"><span className="label">{t("market.side")}</span>
          <Segments label={t("market.side")} value={side} onChange={setSide} options={[{ value: "buy", label: t("market.buy") }, { value: "sell", label: t("market.sell") }]} /></div>
        <Field label={`${t("market.price")} (${t("unit.coinPerTonne")})`} fault={shown("price")}>
          {(ids) => <input {...ids} className="input" inputMode="decimal" autoComplete="off" value={price} onChange={(event) => setPrice(event.target.value.trim())} />}
        </Field>
        <Field label={`${t("market.quantity")} (${t("unit.tonne")})`} fault={shown("quantity")}
          hint={side === "sell" ? t("market.available", { n: formatted(tradable, 0) }) : t("market.coinAvailable", { n: formatted(major(free, 2), 2) })}>
          {(ids) => <input {...ids} className="input" inputMode="numeric" autoComplete="off" value={quantity} onChange={(event) => setQuantity(event.target.value.trim())} />}
        </Field>
        <div className="field total"><span className="label">{t("market.amount")}</span><span className="strong" style={{ lineHeight: "36px" }}><Coin cents={amount} /></span></div>
        <button type="submit" className="button primary" disabled={!open}><Icon name="pen" size={16} />{t("market.submit")}</button>
      </form>
    </Card>
  );
}

const TONES: Record<BlockRow["state"], Tone> = { proposed: "warn", accepted: "chain", declined: "neutral" };

function useStateWord() {
  const { t } = useTranslation();
  return (row: BlockRow) => {
    if (row.state === "accepted") return t("blocks.accepted");
    if (row.state === "declined") return t(row.answered_by_us === row.proposed_by_us ? "blocks.withdrawn" : "blocks.declined");
    if (!row.stands) return t("blocks.lapsed");
    return t(row.proposed_by_us ? "blocks.waiting" : "blocks.forUs");
  };
}

function Agreements({ onSign }: { onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const me = useMyself();
  const word = useStateWord();
  const query = useList<BlockRow>("blocks/", {}, { refetchInterval: 10_000 });
  const acts = (row: BlockRow) => {
    if (!row.stands) return null;
    return (
      <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
        {!row.proposed_by_us && can(me, "agree_blocks") ? <button type="button" className="button small primary" onClick={() => onSign(signingOfAcceptance(row, t))}>{t("blocks.accept")}</button> : null}
        {can(me, "trade") ? <button type="button" className="button small" onClick={() => onSign(signingOfRefusal(row, t))}>{t(row.proposed_by_us ? "blocks.withdraw" : "blocks.decline")}</button> : null}
      </span>
    );
  };
  return (
    <Card title={t("blocks.own")} flush>
      <List query={query} rowKey={(row) => row.block} label={t("blocks.own")} empty={<Empty icon="candles" title={t("blocks.none")}>{t("blocks.noneText")}</Empty>}
        columns={[
          { key: "at", title: t("market.time"), render: (row) => <Instant at={row.proposed_at} /> },
          { key: "other", title: t("blocks.other"), render: (row) => <><span className="strong">{row.organisation || row.other}</span><div className="small muted">{t(row.proposed_by_us ? "blocks.byUs" : "blocks.byThem")}</div></> },
          { key: "instrument", title: t("market.instrument"), render: (row) => <span className="mono">{row.unit}-{row.vintage}</span> },
          { key: "side", title: t("blocks.ourSide"), render: (row) => <span className={`strong ${row.side === "buy" ? "up" : "down"}`}>{t(`market.${row.side}`)}</span> },
          { key: "price", title: t("market.price"), right: true, render: (row) => <Coin cents={row.price_cents} unit={false} /> },
          { key: "quantity", title: t("market.quantity"), right: true, render: (row) => <span className="num">{formatted(row.quantity, 0)}</span> },
          { key: "amount", title: t("market.amount"), right: true, render: (row) => <Coin cents={row.amount_cents} unit={false} /> },
          { key: "state", title: t("market.state"), render: (row) => <StatusPill tone={row.state === "proposed" && !row.stands ? "neutral" : TONES[row.state]}>{word(row)}</StatusPill> },
          { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id}>{row.tx_id ? <Link to="/chain" search={{ q: row.tx_id }} className="mono">{shortHash(row.tx_id)}</Link> : null}</Hash> },
          { key: "do", title: "", right: true, render: acts },
        ]} />
    </Card>
  );
}
