/** Block agreements (offered to one counterparty, answered within the session) and auctions with sealed bids. */
import { get, post } from "@/lib/fetch";
import type { SignedIntent } from "@/lib/intents";
import type { Accepted } from "./intents";
import type { ToSign } from "./market";

export interface Counterparty {
  account: string;
  organisation: string;
  /** Since when the own account trusts it. */
  trusted_since: string | null;
}

export interface BlockWish {
  counterparty: string;
  side: "buy" | "sell";
  unit: string;
  vintage: string;
  quantity: string;
  price_cents: string;
}

export interface BlockRow {
  block: string;
  proposed_by_us: boolean;
  other: string;
  organisation: string;
  side: "buy" | "sell";
  unit: string;
  vintage: string;
  quantity: string;
  price_cents: string;
  amount_cents: string;
  session: number;
  state: "proposed" | "accepted" | "declined";
  stands: boolean;
  answered_by_us: boolean;
  proposed_at: string;
  tx_id: string;
}

export const counterparties = () => get<{ results: Counterparty[]; limit_t: string | null; delay_hours: number }>("counterparties/");
/** A block made ready to sign: the server chooses the lots or coin that it locks. */
export const blockIntent = (wish: BlockWish) => get<ToSign>("blocks/inputs/", { ...wish });
export const acceptanceIntent = (block: string) => get<ToSign>(`blocks/${block}/acceptance/`);
export const sendBlock = (signed: SignedIntent) => post<Accepted>("blocks/", signed);
export const sendAcceptance = (block: string, signed: SignedIntent) => post<Accepted>(`blocks/${block}/acceptance/`, signed);
export const sendRefusal = (block: string, signed: SignedIntent) => post<Accepted>(`blocks/${block}/refusal/`, signed);

export interface AuctionRow {
  auction: string;
  own: boolean;
  organisation: string;
  side: "buy" | "sell";
  unit: string;
  vintage: string;
  quantity: string;
  floor_cents: string | null;
  ceiling_cents: string | null;
  session: number;
  bids: number;
  stage: string;
  may_close: boolean;
  price_cents: string | null;
  sold_t: string;
  opened_at: string;
  tx_id: string;
}

export interface BidRow {
  auction: string;
  /** Whose auction it is, what it is for and where it stands. */
  organisation: string;
  side: "buy" | "sell";
  unit: string;
  vintage: string;
  stage: string;
  n: number;
  digest: string;
  maximum_cents: string | null;
  locked_t: string;
  state: string;
  quantity: string;
  price_cents: string;
  filled_t: string;
  bid_at: string;
  tx_id: string;
}

export const auctionIntent = (wish: Omit<BlockWish, "counterparty">) => get<ToSign>("auctions/inputs/", { ...wish });
export const sendAuction = (signed: SignedIntent) => post<Accepted>("auctions/", signed);
/** A sealed bid made ready to sign: `most` is what it may cost or, in a purchase, deliver. */
export const bidIntent = (auction: string, digest: string, most: string) => get<ToSign>(`auctions/${auction}/bids/`, { digest, most });
export const sendBid = (auction: string, signed: SignedIntent) => post<Accepted>(`auctions/${auction}/bids/`, signed);
export const sendRevelation = (auction: string, signed: SignedIntent) => post<Accepted>(`auctions/${auction}/revelation/`, signed);
export const sendClosing = (auction: string, signed: SignedIntent) => post<Accepted>(`auctions/${auction}/closing/`, signed);
