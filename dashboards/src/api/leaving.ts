/** Allowances that leave their vintage for good: voluntary cancellation and carry-over. */
import { get, post } from "@/lib/fetch";
import type { SignedIntent } from "@/lib/intents";
import type { Accepted } from "./intents";
import type { ToSign } from "./market";

export interface CancellationRow {
  cancellation: string;
  quantity: string;
  lots: { unit: string; vintage: number; serial_from: string; quantity: string }[];
  state: string;
  proposed_by: string;
  proposed_by_name: string;
  proposed_at: string;
  confirmed_by: string;
  tx_id: string;
}

export interface CarryLimitRow {
  to_vintage: number;
  limit_t: string;
  carried_t: string;
}

export interface CarriedRow {
  carry: string;
  unit: string;
  to_vintage: number;
  quantity: string;
  serial_from: string;
  at: string;
  tx_id: string;
}

export const cancelIntent = (unit: string, vintage: string, quantity: string, reason_digest: string) => get<ToSign>("cancellations/inputs/", { unit, vintage, quantity, reason_digest });
export const sendCancellation = (signed: SignedIntent, reason: string) => post<Accepted>("cancellations/", { ...signed, reason: reason.trim() });
export const confirmCancellation = (id: string, signed: SignedIntent) => post<Accepted>(`cancellations/${id}/confirmation/`, signed);
export const withdrawCancellation = (id: string, signed: SignedIntent) => post<Accepted>(`cancellations/${id}/withdrawal/`, signed);
export const carrying = () => get<{ limits: CarryLimitRow[]; results: CarriedRow[] }>("carrying/");
export const carryIntent = (vintage: string, to_vintage: string, quantity: string) => get<ToSign>("carrying/inputs/", { vintage, to_vintage, quantity });
export const sendCarry = (signed: SignedIntent) => post<Accepted>("carrying/", signed);
