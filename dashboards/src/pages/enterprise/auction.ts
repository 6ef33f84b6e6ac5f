/** What is wrong with an auction or a bid before it is shown for signing, and what is signed for it. */
import type { TFunction } from "i18next";
import { createElement } from "react";
import { auctionIntent, bidIntent, sendAuction, sendBid, sendClosing, sendRevelation, type AuctionRow, type BidRow } from "@/api/deals";
import { keepBid, sealBid, type StoredBid } from "@/lib/bids";
import { formatted, major } from "@/lib/decimal";
import type { Signing } from "@/ui/ConfirmSign";
import { Coin, Tonnes } from "@/ui/Num";

export interface AuctionFault {
  field: "price" | "quantity";
  name: "price" | "quantity" | "holding" | "coin" | "floor" | "ceiling" | "offered";
  facts: { n: string };
}

export interface Means {
  tradable: string;
  free_cents: string;
}

type Sums = { price_cents: bigint | null; quantity: bigint | null };
const NONE = { n: "" };

function meansFault(side: "buy" | "sell", { price_cents, quantity }: { price_cents: bigint; quantity: bigint }, means: Means): AuctionFault | null {
  if (side === "sell" && quantity > BigInt(means.tradable)) return { field: "quantity", name: "holding", facts: { n: formatted(means.tradable, 0) } };
  if (side === "buy" && quantity * price_cents > BigInt(means.free_cents)) return { field: "quantity", name: "coin", facts: { n: formatted(major(means.free_cents, 2), 2) } };
  return null;
}

export function openingFault(order: Sums & { side: "buy" | "sell" }, means: Means): AuctionFault | null {
  const { price_cents, quantity } = order;
  if (price_cents === null || price_cents <= 0n) return { field: "price", name: "price", facts: NONE };
  if (quantity === null || quantity <= 0n) return { field: "quantity", name: "quantity", facts: NONE };
  return meansFault(order.side, { price_cents, quantity }, means);
}

/** A bidder stands on the other side: she buys in a sale, sells in a purchase. */
export function bidFault(row: AuctionRow, order: Sums, means: Means): AuctionFault | null {
  const { price_cents, quantity } = order;
  if (price_cents === null || price_cents <= 0n) return { field: "price", name: "price", facts: NONE };
  if (row.floor_cents !== null && price_cents < BigInt(row.floor_cents)) return { field: "price", name: "floor", facts: { n: major(row.floor_cents, 2) } };
  if (row.ceiling_cents !== null && price_cents > BigInt(row.ceiling_cents)) return { field: "price", name: "ceiling", facts: { n: major(row.ceiling_cents, 2) } };
  if (quantity === null || quantity <= 0n) return { field: "quantity", name: "quantity", facts: NONE };
  if (quantity > BigInt(row.quantity)) return { field: "quantity", name: "offered", facts: { n: formatted(row.quantity, 0) } };
  return meansFault(row.side === "sell" ? "buy" : "sell", { price_cents, quantity }, means);
}

export function signingOfOpening(order: { side: "buy" | "sell"; unit: string; vintage: string; price_cents: bigint; quantity: bigint }, t: TFunction): Signing {
  const wish = { ...order, price_cents: order.price_cents.toString(), quantity: order.quantity.toString() };
  return {
    title: t("auctions.openTitle"),
    statement: t(order.side === "sell" ? "auctions.openSell" : "auctions.openBuy"),
    facts: [
      { label: t("market.instrument"), value: `${order.unit}-${order.vintage}` },
      { label: t("market.quantity"), value: createElement(Tonnes, { value: wish.quantity }) },
      { label: t(order.side === "sell" ? "auctions.floor" : "auctions.ceiling"), value: createElement(Coin, { cents: wish.price_cents }) },
    ],
    intents: async () => [await auctionIntent(wish)],
    send: ([signed]) => sendAuction(signed!),
  };
}

function bidFacts(t: TFunction, terms: Pick<StoredBid, "quantity" | "price_cents" | "digest">, name: string) {
  return [
    { label: t("auctions.by"), value: name },
    { label: t("market.price"), value: createElement(Coin, { cents: terms.price_cents }) },
    { label: t("market.quantity"), value: createElement(Tonnes, { value: terms.quantity }) },
    { label: t("auctions.digest"), value: createElement("span", { className: "mono wrap-anywhere" }, terms.digest) },
  ];
}

/** The seal is kept on this disk before anything is signed: a bid that cannot be revealed is lost. */
export async function signingOfBid(row: AuctionRow, account: string, order: { price_cents: bigint; quantity: bigint }, t: TFunction): Promise<Signing> {
  const bid = await sealBid({ auction: row.auction, account, quantity: order.quantity.toString(), price_cents: order.price_cents.toString() });
  const most = row.side === "sell" ? (order.quantity * order.price_cents).toString() : bid.quantity;
  return {
    title: t("auctions.bidTitle"),
    statement: t("auctions.bidStatement"),
    facts: bidFacts(t, bid, row.organisation),
    intents: async () => {
      const made = await bidIntent(row.auction, bid.digest, most);
      if (made.args["digest"] !== bid.digest || made.args["auction"] !== row.auction) throw new Error(t("auctions.changed"));
      await keepBid(bid);
      return [made];
    },
    send: ([signed]) => sendBid(row.auction, signed!),
  };
}

export function signingOfRevelation(row: BidRow, bid: StoredBid, name: string, t: TFunction): Signing {
  return {
    title: t("auctions.revealTitle"),
    statement: t("auctions.revealStatement"),
    facts: bidFacts(t, bid, name),
    intents: async () => [{ name: "reveal_bid", args: { auction: row.auction, n: row.n, quantity: bid.quantity, price_cents: bid.price_cents, nonce: bid.nonce } }],
    send: ([signed]) => sendRevelation(row.auction, signed!),
  };
}

export function signingOfClosing(row: AuctionRow, t: TFunction): Signing {
  return {
    title: t("auctions.closeTitle"),
    statement: t("auctions.closeStatement"),
    facts: [{ label: t("auctions.by"), value: row.organisation }, { label: t("market.quantity"), value: createElement(Tonnes, { value: row.quantity }) }, { label: t("auctions.bids"), value: row.bids }],
    intents: async () => [{ name: "close_auction", args: { auction: row.auction } }],
    send: ([signed]) => sendClosing(row.auction, signed!),
  };
}
