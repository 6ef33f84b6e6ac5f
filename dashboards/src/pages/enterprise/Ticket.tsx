/** The order: listed at one's price, or taken from the book up to a limit. Nothing is signed that was not shown. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Assets, Quote } from "@/api/market";
import { formatted, major, minor } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Coin } from "@/ui/Num";
import { Segments } from "@/ui/Segments";
import { faultOf, signingOfOrder, type Order } from "./order";

export function Ticket({ unit, vintage, quote, assets, pick }: {
  unit: string;
  vintage: string;
  quote: Quote;
  assets: Assets | undefined;
  pick: { price: string; side: "buy" | "sell"; n: number } | null;
}) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<Order["mode"]>("list");
  const [side, setSide] = useState<Order["side"]>("sell");
  const [price, setPrice] = useState("");
  const [quantity, setQuantity] = useState("");
  const [tried, setTried] = useState(false);
  const [signing, setSigning] = useState<Signing | null>(null);
  useEffect(() => {
    if (!pick) return;
    setMode("take");
    setSide(pick.side);
    setPrice(major(pick.price, 2));
  }, [pick]);
  const holding = assets?.holdings.find((each) => each.unit === unit && String(each.vintage) === vintage);
  const order: Order = { mode, side, unit, vintage, price_cents: minor(price, 2), quantity: minor(quantity, 0) };
  const fault = faultOf(order, { quote, tradable: holding?.tradable ?? "0", free_cents: assets?.coin.free_cents ?? "0" });
  const shown = (field: "price" | "quantity") => {
    if (!fault || fault.field !== field || !(tried || (field === "price" ? price : quantity))) return null;
    return t(`market.faults.${fault.name}` as "market.faults.band", fault.facts as { low: string; high: string });
  };
  const amount = order.price_cents !== null && order.quantity !== null ? (order.price_cents * order.quantity).toString() : null;
  const closed = quote.session.phase !== "open" && quote.session.phase !== "block";
  const submit = () => {
    setTried(true);
    if (!fault) setSigning(signingOfOrder(order, t));
  };
  return (
    <Card title={t("market.ticket")} note={closed ? t("market.closedHint") : t(mode === "list" ? "market.listHint" : "market.takeHint")}>
      <form className="ticket" aria-label={t("market.ticket")} onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <div className="field"><span className="label">{t("market.side")}</span>
          <Segments label={t("market.side")} value={side} onChange={setSide} options={[{ value: "buy", label: t("market.buy") }, { value: "sell", label: t("market.sell") }]} /></div>
        <div className="field"><span className="label">{t("market.mode")}</span>
          <Segments label={t("market.mode")} value={mode} onChange={setMode} options={[{ value: "list", label: t("market.modeList") }, { value: "take", label: t("market.modeTake") }]} /></div>
        <Field label={`${t(mode === "list" ? "market.price" : "market.limit")} (${t("unit.coinPerTonne")})`} fault={shown("price")}>
          {(ids) => <input {...ids} className="input" inputMode="decimal" autoComplete="off" value={price} onChange={(event) => setPrice(event.target.value.trim())} />}
        </Field>
        <Field label={`${t("market.quantity")} (${t("unit.tonne")})`} fault={shown("quantity")}
          hint={side === "sell" ? t("market.available", { n: formatted(holding?.tradable ?? "0", 0) }) : t("market.coinAvailable", { n: formatted(major(assets?.coin.free_cents ?? "0", 2), 2) })}>
          {(ids) => <input {...ids} className="input" inputMode="numeric" autoComplete="off" value={quantity} onChange={(event) => setQuantity(event.target.value.trim())} />}
        </Field>
        <div className="field total"><span className="label">{t("market.amount")}</span><span className="strong" style={{ lineHeight: "36px" }}><Coin cents={amount} /></span></div>
        <button type="submit" className={`button ${side}`} disabled={closed}><Icon name="pen" size={16} />{t("market.submit")}</button>
      </form>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
