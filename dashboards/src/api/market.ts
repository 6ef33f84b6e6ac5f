/** The market and what an account holds: amounts are text, prices in 0.01 coin, quantities in tonnes. */
import { get, post } from "@/lib/fetch";
import type { Intent, SignedIntent } from "@/lib/intents";
import type { CandlePoint } from "@/ui/charts/CandleChart";
import type { Accepted } from "./intents";

export interface Level {
  price_cents: string;
  quantity: string;
  offers: number;
  own: string;
}

export interface TapeRow {
  trade: string;
  at: string;
  price_cents: string;
  quantity: string;
  tx_id: string;
}

export interface Quote {
  unit: string;
  vintage: string;
  session: { id: number; phase: string; opened_at: string | null; halted: boolean };
  previous_close_cents: string;
  low_cents: string;
  high_cents: string;
  tick_cents: string;
  lot_t: string;
  order_max_t: string;
  block_min_t: string | null;
  block_low_cents: string;
  block_high_cents: string;
  last_cents: string | null;
  volume: string;
  sells: Level[];
  buys: Level[];
  tape: TapeRow[];
}

export interface Holding {
  unit: string;
  vintage: string;
  free: string;
  tradable: string;
  listed: string;
  pending_surrender: string;
  pending_cancellation: string;
  surrendered: string;
  held: string;
}

export interface Assets {
  limits: { alone_surrender_t: string; alone_cancel_t: string; untrusted_block_t: string | null; frozen: boolean };
  holdings: Holding[];
  coin: { free_cents: string; locked_cents: string; outputs: number };
  lots: Lot[];
}

export interface Lot {
  unit: string;
  vintage: string;
  serial_from: string;
  serial_to: string;
  quantity: string;
  state: string;
  origin: string;
  hold: string;
  tx_id: string;
  at: string;
}

export interface ListingRow {
  listing: string;
  side: "sell" | "buy";
  unit: string;
  vintage: string;
  price_cents: string;
  quantity: string;
  quantity_open: string;
  state: string;
  session: number;
  listed_at: string;
}

export interface TradeRow extends TapeRow {
  kind: string;
  unit: string;
  vintage: string;
  amount_cents: string;
  side: "sell" | "buy";
  seller: string;
  buyer: string;
}

export const quote = (instrument: string) => get<Quote>(`market/${instrument}/`);
export const assets = () => get<Assets>("assets/");
export interface ToSign extends Intent {
  quantity: string;
  cost_cents: string;
}

/** An order made ready to sign: the server chooses the lots or coin that it names. */
export const orderIntent = (action: "list" | "take", side: string, unit: string, vintage: string, quantity: string, price_cents: string) =>
  get<ToSign>("assets/inputs/", { action, side, unit, vintage, quantity, price_cents });
export const surrenderIntent = (year: string, quantity: string) => get<ToSign>("assets/inputs/", { action: "surrender", year, quantity });
export const splitIntent = () => get<ToSign>("assets/inputs/", { action: "split" });

export interface ObligationRow {
  account: string;
  organisation?: string;
  year: number;
  verified_g: string;
  due_t: string;
  surrendered_t: string;
  offset_t: string;
  state: string;
  tx_id: string;
}

export interface SurrenderRow {
  surrender: string;
  year: number;
  quantity: string;
  lots: Record<string, unknown>[];
  state: string;
  proposed_by: string;
  proposed_by_name: string;
  proposed_at: string;
  confirmed_by: string;
  tx_id: string;
}

export interface IssueRow {
  issue: string;
  kind: "coin" | "allowance";
  account: string;
  organisation: string;
  amount: string;
  unit: string;
  vintage: string | null;
  backing_digest: string;
  digest: string;
  state: string;
  proposed_by: string;
  proposed_at: string;
  endorsed_at: string | null;
  tx_id: string;
  block_number: number;
}

export const sendSurrender = (signed: SignedIntent) => post<Accepted>("surrenders/", signed);
export const confirmSurrender = (id: string, signed: SignedIntent) => post<Accepted>(`surrenders/${id}/confirmation/`, signed);
export const sendListing = (signed: SignedIntent) => post<Accepted>("listings/", signed);
export const sendTake = (signed: SignedIntent) => post<Accepted>("trades/", signed);
export const cancelListing = (listing: string, signed: SignedIntent) => post<Accepted>(`listings/${listing}/cancellation/`, signed);
export const instruments = () => get<{ results: { unit: string; vintage: string }[] }>("market/");
export const candlesOf = (instrument: string, step: string) => get<{ results: CandlePoint[] }>(`market/${instrument}/candles/`, { step });

/** The trading day under way or next, in instants; null where the calendar has none. `now` is the server's clock. */
export interface MarketHours {
  now: string;
  timetable: { day: string; opens_at: string; closes_at: string; blocks_at: string; bids_at: string; bids_until: string; reveals_until: string; next_opens_at: string } | null;
}

export const marketHours = () => get<MarketHours>("market/hours/");
