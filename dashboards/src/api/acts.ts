/** Acts of two persons: proposed by one, confirmed by another, some only after a delay. */
import { get, post } from "@/lib/fetch";
import { newId } from "@/lib/ids";
import { sha256Hex, type Canonical } from "@/lib/canonical";
import type { Intent, SignedIntent } from "@/lib/intents";
import type { Accepted } from "./intents";

export interface Action {
  id: string;
  act: string;
  act_args: Record<string, unknown>;
  digest: string;
  account: string;
  organisation: string;
  proposed_by: string;
  proposed_by_name: string;
  confirmed_by: string;
  confirmed_by_name: string;
  person_name: string;
  counterparty_name: string;
  reason: string;
  state: "proposed" | "confirmed" | "executed" | "withdrawn" | "expired";
  not_before: string;
  not_after: string;
  created_at: string;
  may_confirm: boolean;
  may_withdraw: boolean;
  may_execute: boolean;
  signing: Intent;
}

export interface PersonRow {
  person: string;
  name: string;
  email: string;
  role: string;
  status: string;
  account: string;
  organisation: string;
  kind: string;
  organisation_status: string;
}

export interface HeldLot {
  unit: string;
  vintage: string;
  serial_from: string;
  serial_to: string;
  quantity: string;
  state: string;
  hold: string;
}

/** The digest that stands on the ledger instead of a reason's words. */
export const reasonDigest = (reason: string) => sha256Hex(reason.trim());

/** The intent that proposes an act; the act's arguments are the person's own choices. */
export const proposalOf = (act: string, act_args: { [key: string]: Canonical }): Intent => ({ name: "propose_action", args: { action: newId("act"), act, act_args } });

export const proposeAct = (signed: SignedIntent, reason: string) => post<Accepted>("actions/", { ...signed, reason: reason.trim() });
export const confirmAction = (id: string, signed: SignedIntent) => post<Accepted>(`actions/${id}/confirmation/`, signed);
export const withdrawAction = (id: string, signed: SignedIntent) => post<Accepted>(`actions/${id}/withdrawal/`, signed);
export const executeAction = (id: string, signed: SignedIntent) => post<Accepted>(`actions/${id}/execution/`, signed);
export const lotsOfAccount = (account: string) => get<{ results: HeldLot[]; next: string | null }>("oversight/assets/", { account, limit: "200" });
