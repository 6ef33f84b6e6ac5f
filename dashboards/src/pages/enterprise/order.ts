/** What is wrong with an order before it is shown for signing, and what is signed for it. */
import type { TFunction } from "i18next";
import { createElement } from "react";
import { orderIntent, sendListing, sendTake, type Quote, type ToSign } from "@/api/market";
import { formatted, major } from "@/lib/decimal";
import type { Signing } from "@/ui/ConfirmSign";
import { Coin, Tonnes } from "@/ui/Num";

export interface Order {
  mode: "list" | "take";
  side: "buy" | "sell";
  unit: string;
  vintage: string;
  price_cents: bigint | null;
  quantity: bigint | null;
}

export interface OrderFault {
  field: "price" | "quantity";
  name: "price" | "quantity" | "band" | "holding" | "coin" | "empty";
  facts: Record<string, string>;
}

/** The first fault, in the order in which the server would refuse. */
export function faultOf(order: Order, given: { quote: Pick<Quote, "low_cents" | "high_cents" | "sells" | "buys">; tradable: string; free_cents: string }): OrderFault | null {
  const { quote, tradable, free_cents } = given;
  const [low, high] = [BigInt(quote.low_cents), BigInt(quote.high_cents)];
  if (order.price_cents === null || order.price_cents <= 0n) return { field: "price", name: "price", facts: {} };
  if (high > 0n && (order.price_cents < low || order.price_cents > high))
    return { field: "price", name: "band", facts: { low: major(low, 2), high: major(high, 2) } };
  if (order.mode === "take" && (order.side === "buy" ? quote.sells : quote.buys).length === 0) return { field: "price", name: "empty", facts: {} };
  if (order.quantity === null || order.quantity <= 0n) return { field: "quantity", name: "quantity", facts: {} };
  if (order.side === "sell" && order.quantity > BigInt(tradable)) return { field: "quantity", name: "holding", facts: { n: formatted(tradable, 0) } };
  if (order.side === "buy" && order.quantity * order.price_cents > BigInt(free_cents))
    return { field: "quantity", name: "coin", facts: { n: formatted(major(free_cents, 2), 2) } };
  return null;
}

export function signingOfOrder(order: Order, t: TFunction): Signing {
  const price = String(order.price_cents);
  const quantity = String(order.quantity);
  const words = { side: t(order.side === "buy" ? "market.buy" : "market.sell"), quantity: formatted(quantity, 0), price: major(price, 2) };
  return {
    title: t(order.mode === "list" ? "market.confirmList" : "market.confirmTake", words),
    statement: t(order.mode === "list" ? "market.statementList" : "market.statementTake"),
    facts: [
      { label: t("market.instrument"), value: `${order.unit}-${order.vintage}` },
      { label: t("market.side"), value: words.side },
      { label: t(order.mode === "list" ? "market.price" : "market.limit"), value: createElement(Coin, { cents: price }) },
      { label: t("market.quantity"), value: createElement(Tonnes, { value: quantity }) },
    ],
    learn: ([intent]) => [{ label: t("market.amount"), value: createElement(Coin, { cents: (intent as ToSign).cost_cents }) }],
    intents: async () => [await orderIntent(order.mode, order.side, order.unit, order.vintage, quantity, price)],
    send: ([signed]) => (order.mode === "list" ? sendListing(signed!) : sendTake(signed!)),
  };
}
