/** What is wrong with a block agreement before it is shown for signing, and what is signed for it. */
import type { TFunction } from "i18next";
import { createElement } from "react";
import { acceptanceIntent, blockIntent, sendAcceptance, sendBlock, sendRefusal, type BlockRow, type Counterparty } from "@/api/deals";
import type { Quote, ToSign } from "@/api/market";
import { formatted, major } from "@/lib/decimal";
import type { Signing } from "@/ui/ConfirmSign";
import { Coin, Tonnes } from "@/ui/Num";

export interface BlockOrder {
  counterparty: Counterparty | null;
  side: "buy" | "sell";
  unit: string;
  vintage: string;
  price_cents: bigint | null;
  quantity: bigint | null;
}

export interface BlockFault {
  field: "counterparty" | "price" | "quantity";
  name: "counterparty" | "price" | "band" | "quantity" | "least" | "holding" | "coin";
  facts: Record<string, string>;
}

/** The first fault, in the order in which the server would refuse. */
export function blockFault(order: BlockOrder, given: { quote: Pick<Quote, "block_min_t" | "block_low_cents" | "block_high_cents">; tradable: string; free_cents: string }): BlockFault | null {
  const { quote, tradable, free_cents } = given;
  if (order.counterparty === null) return { field: "counterparty", name: "counterparty", facts: {} };
  if (order.price_cents === null || order.price_cents <= 0n) return { field: "price", name: "price", facts: {} };
  if (order.price_cents < BigInt(quote.block_low_cents) || order.price_cents > BigInt(quote.block_high_cents))
    return { field: "price", name: "band", facts: { low: major(quote.block_low_cents, 2), high: major(quote.block_high_cents, 2) } };
  if (order.quantity === null || order.quantity <= 0n) return { field: "quantity", name: "quantity", facts: {} };
  if (order.quantity < BigInt(quote.block_min_t ?? "0")) return { field: "quantity", name: "least", facts: { n: formatted(quote.block_min_t ?? "0", 0) } };
  if (order.side === "sell" && order.quantity > BigInt(tradable)) return { field: "quantity", name: "holding", facts: { n: formatted(tradable, 0) } };
  if (order.side === "buy" && order.quantity * order.price_cents > BigInt(free_cents))
    return { field: "quantity", name: "coin", facts: { n: formatted(major(free_cents, 2), 2) } };
  return null;
}

function factsOf(t: TFunction, row: { organisation: string; side: "buy" | "sell"; unit: string; vintage: string; price_cents: string; quantity: string }) {
  return [
    { label: t("blocks.other"), value: row.organisation },
    { label: t("market.instrument"), value: `${row.unit}-${row.vintage}` },
    { label: t("market.side"), value: t(row.side === "buy" ? "market.buy" : "market.sell") },
    { label: t("market.price"), value: createElement(Coin, { cents: row.price_cents }) },
    { label: t("market.quantity"), value: createElement(Tonnes, { value: row.quantity }) },
    { label: t("market.amount"), value: createElement(Coin, { cents: (BigInt(row.price_cents) * BigInt(row.quantity)).toString() }) },
  ];
}

export function signingOfProposal(order: BlockOrder & { counterparty: Counterparty }, t: TFunction): Signing {
  const terms = { side: order.side, unit: order.unit, vintage: order.vintage, price_cents: String(order.price_cents), quantity: String(order.quantity) };
  return {
    title: t("blocks.proposeTitle", { name: order.counterparty.organisation }),
    statement: t(order.side === "sell" ? "blocks.proposeSell" : "blocks.proposeBuy"),
    facts: factsOf(t, { ...terms, organisation: order.counterparty.organisation }),
    intents: async () => [await blockIntent({ ...terms, counterparty: order.counterparty.account })],
    send: ([signed]) => sendBlock(signed!),
  };
}

/** The counterparty signs the price and quantity that she saw: the page holds the server's text against the row. */
export function signingOfAcceptance(row: BlockRow, t: TFunction): Signing {
  return {
    title: t("blocks.acceptTitle", { name: row.organisation }),
    statement: t("blocks.acceptStatement"),
    facts: factsOf(t, row),
    intents: async () => {
      const made: ToSign = await acceptanceIntent(row.block);
      if (made.args["price_cents"] !== row.price_cents || made.args["quantity"] !== row.quantity || made.args["block"] !== row.block) throw new Error(t("blocks.changed"));
      return [made];
    },
    send: ([signed]) => sendAcceptance(row.block, signed!),
  };
}

export function signingOfRefusal(row: BlockRow, t: TFunction): Signing {
  return {
    title: t(row.proposed_by_us ? "blocks.withdrawTitle" : "blocks.declineTitle"),
    statement: t(row.proposed_by_us ? "blocks.withdrawStatement" : "blocks.declineStatement"),
    facts: factsOf(t, row),
    intents: async () => [{ name: "decline_block", args: { block: row.block } }],
    send: ([signed]) => sendRefusal(row.block, signed!),
  };
}
