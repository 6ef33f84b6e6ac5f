/** What regulators and administrators read across enterprises; each look carries its purpose. */
import { get, post } from "@/lib/fetch";
import type { Intent, SignedIntent } from "@/lib/intents";
import type { Accepted } from "./intents";
import type { Page } from "./lists";
import type { Known, KnownDay } from "./modelling";
import type { Holding, Lot, ObligationRow, SurrenderRow, TradeRow } from "./market";

export interface EnterpriseRow {
  account: string;
  name: string;
  sector: string;
  state: string;
  allowances_t: string;
  coin_cents: string;
  reports: number;
  due_t: string;
  surrendered_t: string;
}

export interface SupplyRow {
  token: string;
  cap: string;
  issued: string;
}

export interface Readings {
  tenant: string;
  plants: number;
  plants_live: number;
  meters: number;
  meters_online: number;
  quarantined_today: number;
  alarms_open: number;
  per_s: string | null;
  last_minute: number | null;
  last_at: string | null;
  age_s: number | null;
}

export interface MonthRow {
  plant: string;
  period: string;
  state: string;
  total_tco2: string | null;
}

export interface Standing {
  account: string;
  name: string;
  sector: string;
  readings: Readings | null;
  months: MonthRow[];
  minted_tco2: string | null;
}

/** Tonnes of months are null for administrators. */
export interface Wall {
  year: number;
  minted_tco2: string | null;
  standings: Standing[];
}

export interface Overview {
  enterprises: number;
  sectors: Record<string, number>;
  reports: Record<string, number>;
  supplies: SupplyRow[];
  session: { id: number; phase: string; opened_at: string | null };
  instruments: { unit: string; vintage: string; reference_cents: string; last_cents: string | null }[];
  trades: number;
  traded_t: string;
  turnover_cents: string;
  due_t: string;
  surrendered_t: string;
  wall: Wall;
}

export interface ChainReportRow {
  account: string;
  organisation: string;
  plant: string;
  period: string;
  version: number;
  state: string;
  statement_digest: string;
  guideline: string;
  auditor: string;
  auditor_name: string;
  submitted_at: string;
  submitted_tx: string;
  minted_at: string | null;
  minted_tx: string;
}

export interface Profile {
  enterprise: EnterpriseRow;
  holdings: Holding[];
  coin: { free_cents: string; locked_cents: string };
  lots: Lot[];
  obligations: ObligationRow[];
  surrenders: SurrenderRow[];
  reports: ChainReportRow[];
  trades: TradeRow[];
}

export interface ChainStatus {
  height: number;
  last_block_at: string | null;
  transactions: number;
  waiting: number;
  oldest_waiting_s: number;
  committed_ms: { p50: number; p95: number; count: number };
  readable_ms: { p50: number; p95: number; count: number };
}

export interface Story {
  name: string;
  tx_id: string;
  block_number: number;
  at: string;
  account: string;
  names: Record<string, string>;
  trades?: { unit: string; vintage: string; quantity: string; price_cents: string; seller: string; buyer: string }[];
  objects: string[][];
}

export interface TraceNode {
  id: string;
  kind: "transaction" | "holding" | "rim";
  label: string;
  account: string;
  organisation: string;
  tx_id: string;
  block_number: number;
  at: string;
  born: string;
  rest: string;
  amount_in: string;
  amount_out: string;
  conserved: boolean | null;
  /** Quantity and price of own legs; everybody's for overseers. */
  trades: { quantity: string; price_cents: string }[];
}

export interface TraceEdge {
  source: string;
  target: string;
  amount: string;
  account: string;
  serial_from: string | null;
  serial_to: string | null;
  broken: boolean;
}

export interface TraceStep {
  name: string;
  tx_id: string;
  at: string;
  account: string;
  due_t?: string;
  quantity?: string;
}

export interface Trace {
  kind: "lot" | "coin" | "report";
  token: string;
  unit: string;
  cut: boolean;
  nodes: TraceNode[];
  edges: TraceEdge[];
  steps?: TraceStep[];
  account?: string;
  organisation?: string;
  plant?: string;
  period?: string;
  version?: number;
  state?: string;
  anchors?: number;
  before?: string;
  after?: string;
}

export interface Hit {
  title: string;
  account: string;
  page: string;
  at?: string;
  state?: string;
  organisation?: string;
  [fact: string]: unknown;
}

export interface BlockRow {
  number: number;
  header_hash: string;
  previous_hash: string;
  data_hash: string;
  transactions: number;
  seen_at: string;
}

export interface ChainTransaction {
  tx_id: string;
  number: number;
  name: string;
  function: string;
  kind: string;
  code: string;
  created_at: string;
}

export interface TransactionDetail extends ChainTransaction {
  block: BlockRow;
  endorsers: string[];
  /** Each with the SHA-256 of its certificate. */
  peers: { msp: string; name: string; fingerprint: string }[];
  creator_msp: string;
  size_bytes: number;
  confirmed_ms: number | null;
  readable_ms: number | null;
  account: string;
  person: string;
  intent: string;
  objects: string[];
  keys: string[][];
}

export type BusinessKind = "report" | "issue" | "trade" | "duty";

export interface BusinessAct {
  tx_id: string;
  name: string;
  kind: BusinessKind;
  block_number: number;
  at: string;
  endorsers: string[];
  /** Empty where somebody else's: that it happened is all that is told. */
  items: { title: string; amount: string; unit: "" | "t" | "coin"; price_cents: string; trace: string; who: string[] }[];
}

export const overview = () => get<Overview>("oversight/overview/");
export const enterprises = () => get<Page<EnterpriseRow>>("oversight/enterprises/");
export const profile = (account: string, purpose: string) => get<Profile>(`oversight/enterprises/${account}/`, { purpose });
export const knownDaysOf = (account: string, plant: string, period: string, purpose: string) => get<Page<KnownDay>>(`oversight/enterprises/${account}/known/${plant}/${period}/`, { purpose });
export const knownOf = (account: string, plant: string, period: string, day: string, purpose: string) => get<Known>(`oversight/enterprises/${account}/known/${plant}/${period}/${day}/`, { purpose });
export const supplies = async () => (await get<{ results: SupplyRow[] }>("supplies/")).results;
export const proposeIssue = (signed: SignedIntent) => post<Accepted>("issues/", signed);
export const issueToSign = (issue: string) => get<Intent>(`issues/${issue}/signing/`);
export const endorseIssue = (issue: string, signed: SignedIntent) => post<Accepted>(`issues/${issue}/endorsement/`, signed);
export const trace = (token: string) => get<Trace>(`trace/${encodeURIComponent(token)}/`);
export const search = (q: string, kind: string, purpose: string) => get<{ results: Record<string, Hit[]> }>("search/", { q, kind, purpose });
export const chainStatus = () => get<ChainStatus>("explorer/status/");
export const oneBlock = (number: number) => get<BlockRow & { content: ChainTransaction[] }>(`explorer/blocks/${number}/`);
export const oneTransaction = (tx: string) => get<TransactionDetail>(`explorer/transactions/${tx}/`);
