/** Block agreements: offered to one counterparty, answered within the session. */
import { get, post } from "@/lib/fetch";
import type { SignedIntent } from "@/lib/intents";
import type { Accepted } from "./intents";
import type { ToSign } from "./market";

export interface Counterparty {
  account: string;
  organisation: string;
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

export const counterparties = () => get<{ results: Counterparty[] }>("counterparties/");
/** A block made ready to sign: the server chooses the lots or coin that it locks. */
export const blockIntent = (wish: BlockWish) => get<ToSign>("blocks/inputs/", { ...wish });
export const acceptanceIntent = (block: string) => get<ToSign>(`blocks/${block}/acceptance/`);
export const sendBlock = (signed: SignedIntent) => post<Accepted>("blocks/", signed);
export const sendAcceptance = (block: string, signed: SignedIntent) => post<Accepted>(`blocks/${block}/acceptance/`, signed);
export const sendRefusal = (block: string, signed: SignedIntent) => post<Accepted>(`blocks/${block}/refusal/`, signed);
