/** Coin output by output, mergers, redemption; counterparties that the account trusts; the ledger's parameters. */
import { get, post } from "@/lib/fetch";
import type { SignedIntent } from "@/lib/intents";
import type { Accepted } from "./intents";
import type { ToSign } from "./market";

export interface OutputRow {
  tx: string;
  n: number;
  amount_cents: string;
  locked: boolean;
  created_name: string;
  created_at: string;
}

export interface RedemptionRow {
  redemption: string;
  organisation: string;
  amount_cents: string;
  payout_digest: string;
  payout: string;
  at: string;
  tx_id: string;
}

export interface ParameterGroup {
  group: string;
  values: Record<string, unknown>;
  at: string;
  tx_id: string;
}

export interface SupplyNow {
  token: string;
  cap: string;
  issued: string;
  redeemed: string;
  cancelled: string;
}

export interface CarryLimitNow {
  account: string;
  organisation: string;
  to_vintage: number;
  sold_t: string;
  bought_t: string;
  limit_t: string;
  carried_t: string;
}

export interface Standing {
  groups: ParameterGroup[];
  supplies: SupplyNow[];
  carry_over: CarryLimitNow[];
}

export const outputs = () => get<{ results: OutputRow[] }>("assets/outputs/");
export const sendSplit = (signed: SignedIntent) => post<Accepted>("assets/split/", signed);
export const sendMerger = (signed: SignedIntent) => post<Accepted>("assets/merging/", signed);
export const sendLotMerger = (signed: SignedIntent) => post<Accepted>("assets/lots/merging/", signed);
export const redeemIntent = (amount_cents: string, payout_digest: string) => get<ToSign>("redemptions/inputs/", { amount_cents, payout_digest });
export const sendRedemption = (signed: SignedIntent, payout: string) => post<Accepted>("redemptions/", { ...signed, payout });
export const sendDistrust = (account: string, signed: SignedIntent) => post<Accepted>(`counterparties/${account}/distrust/`, signed);
export const parametersNow = () => get<Standing>("parameters/");

export interface CompilationRow {
  account: string;
  organisation: string;
  year: number;
  tie: Tie;
  at: string | null;
  tx_id: string;
}

/** Ties that end a body's independence; the ledger's own words. */
export const TIES = ["compiled", "advice", "assets", "managers"] as const;
export type Tie = (typeof TIES)[number];

export const compilations = () => get<{ results: CompilationRow[]; enterprises: { account: string; organisation: string }[] }>("compilations/");
export const sendCompilation = (signed: SignedIntent) => post<Accepted>("compilations/", signed);
export const meterKey = (meter: string) => get<{ fingerprint: string; revoked: boolean | null }>(`meters/${meter}/key/`);
export const revokeMeterKey = (meter: string, signed: SignedIntent, reason: string) => post<Accepted>(`meters/${meter}/key/`, { ...signed, reason });
