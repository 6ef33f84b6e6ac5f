/** What regulators and administrators read across enterprises; each look carries its purpose. */
import { get, post } from "@/lib/fetch";
import type { SignedIntent } from "@/lib/intents";
import type { Accepted } from "./intents";
import type { Page } from "./lists";
import type { TradeRow } from "./market";

export interface EnterpriseRow {
  account: string;
  organisation: string;
  sector: string;
  state: string;
  reports: number;
  verified_g: string;
}

export interface SupplyRow {
  token: string;
  cap: string;
  issued: string;
}

export interface OversightTrade extends TradeRow {
  seller_name: string;
  buyer_name: string;
}

export const enterprises = (purpose: string) => get<Page<EnterpriseRow>>("oversight/enterprises/", { purpose, limit: 200 });
export const supplies = () => get<SupplyRow[]>("issues/supply/");
export const proposeIssue = (signed: SignedIntent) => post<Accepted>("issues/", signed);
export const endorseIssue = (issue: string, signed: SignedIntent) => post<Accepted>(`issues/${issue}/endorsement/`, signed);
