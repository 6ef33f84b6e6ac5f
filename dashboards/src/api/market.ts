/** The market and what an account holds: amounts are text, prices in 0.01 coin, quantities in tonnes. */
import { get, post } from "@/lib/fetch";
import type { Intent, SignedIntent } from "@/lib/intents";
import type { CandlePoint } from "@/ui/charts/CandleChart";
import type { Accepted } from "./intents";

export interface Level {
  price_cents: string;
  quantity: string;
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
  session: { id: number; phase: string; opened_at: string | null };
  previous_close_cents: string;
  low_cents: string;
  high_cents: string;
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
  surrendered: string;
  held: string;
}

export interface Assets {
  holdings: Holding[];
  coin: { free_cents: string; locked_cents: string };
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
  tx_id: string;
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
  session: string;
  listed_at: string;
}

export interface TradeRow extends TapeRow {
  unit: string;
  vintage: string;
  amount_cents: string;
  side: "sell" | "buy";
  seller: string;
  buyer: string;
}

export const quote = (instrument: string) => get<Quote>(`market/${instrument}/`);
export const assets = () => get<Assets>("assets/");
export const inputs = (query: Record<string, string>) => get<Intent>("assets/inputs/", query);
export const sendListing = (signed: SignedIntent) => post<Accepted>("listings/", signed);
export const sendTake = (signed: SignedIntent) => post<Accepted>("trades/", signed);
export const cancelListing = (listing: string, signed: SignedIntent) => post<Accepted>(`listings/${listing}/cancellation/`, signed);
export const instruments = () => get<{ results: { unit: string; vintage: string }[] }>("market/");
export const candlesOf = (instrument: string, step: string) => get<{ results: CandlePoint[] }>(`market/${instrument}/candles/`, { step });
