/** Periods, evidence, verification cases and reports. */
import { ask, get, post } from "@/lib/fetch";
import type { Intent, SignedIntent } from "@/lib/intents";
import type { Bilingual, Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Accepted } from "./intents";
import type { ScannedRow, Witness } from "./radar";

export interface PeriodRow extends Clocks {
  id: string;
  plant: string;
  period: string;
  state: string;
  version: number;
  guideline: string;
  total_tco2: string | null;
  computed_at: string | null;
}

export interface LineParameter {
  name: string;
  value: string;
  unit: string;
  source: string;
  factor_set: string;
  clause: string;
  verified: boolean;
}

/** Lost hours or days without calibration, put right by a rule: how much, and its tonnes. */
export interface Adjustment {
  meter: string;
  target: string;
  cause: "gap" | "uncalibrated" | "out_of_accuracy";
  rule: string;
  zh: string;
  en: string;
  clause: string;
  verified: boolean;
  first: string;
  last: string;
  amount: number;
  added: string;
  unit: string;
  tco2e: string;
  premium_tco2e: string;
}

/** What is to be expected of a typed value, by the plant's history or the default. */
export interface Expected {
  low: string;
  high: string;
  unit: string;
  basis: "history" | "default";
  months: number;
}

export interface Line {
  stream: string;
  name_zh: string;
  name_en: string;
  kind: string;
  item: string;
  item_zh: string;
  item_en: string;
  subtotal: string;
  formula: string;
  clause: string;
  quantity: string;
  unit: string;
  origin: string;
  grade: string;
  meters: string[];
  evidence: string[];
  /** What rules added to the meters; absent in reports frozen before there were any. */
  adjustments?: Adjustment[];
  parameters: LineParameter[];
  tree: Tree;
  grams: string;
  tco2e: string;
}

/** A formula with its numbers: exact text at the leaves. */
export interface Tree {
  op: string;
  name?: string;
  value?: string;
  unit?: string;
  args?: Tree[];
}

export interface RemarkRow {
  name: string;
  stream: string;
  level: "information" | "warning" | "blocking";
  words: Bilingual;
  /** The field it is about, where it is about one. */
  field: string;
  /** Of the figures it is about: an answer counts for these and no others. */
  facts_digest: string;
  answer: string;
  /** What was said to it when its figures were others, while it waits for an answer. */
  answered_before: string;
}

export interface ActivityValue {
  stream: string;
  name: string;
  text: string;
  unit: string;
  origin: string;
  grade: string;
  note: string;
  evidence: string[];
  person: string;
  entered_at: string;
}

export interface StreamRow {
  slug: string;
  kind: string;
  item: string;
  variant: string;
  name_zh: string;
  name_en: string;
  unit: string;
  meters: Record<string, string[]>;
  quantity_units: string[];
  balance: string[];
  balance_only: boolean;
  parameters: { name: string; zh: string; meaning: string; units: string[] }[];
  values: ActivityValue[];
  expected: Record<string, Expected>;
}

export interface FindingRow {
  number: number;
  kind: string;
  stream: string;
  /** The item of the sample that it is on, by name. */
  item: { item: string; zh: string; en: string } | null;
  text: string;
  at_stake_g: string;
  due_on: string;
  reply: string;
  closed: boolean;
  outcome: string;
  version: number;
  messages: ThreadMessage[];
  /** Whose turn it is and by when; none when the finding is closed or not on the ledger yet. */
  clock: { waits_for: string; due_on: string; overdue: boolean } | null;
  on_ledger: boolean;
  closing: boolean;
}

export interface ThreadMessage {
  side: string;
  text: string;
  person: string;
  at: string;
  evidence: { id: string; title: string; file_name: string; sha256: string }[];
}

/** How many findings are open, and by when each side has to say something. */
export interface Clocks {
  findings_open: number;
  answer_due_on: string | null;
  review_due_on: string | null;
}

export interface Entry {
  at: string;
  person: string;
  person_name: string;
  act: string;
  facts: Record<string, unknown>;
  tx_id: string;
}

export interface Submission {
  report: string;
  version: number;
  state: string;
  digest: string;
  total_g: string;
  submitted_at: string | null;
  intent_id: string | null;
  intent_state: string;
  tx_id: string;
}

/** What a year shows beside its lines; grams and quantities as text. */
export interface YearSummary {
  bridge: { period: string; state: string; version: number; digest: string; month_g: string | null; year_g: string; difference_g: string | null }[];
  streams: { stream: string; quantity: string; unit: string; tco2e: string; means: { name: string; value: string; unit: string }[] }[];
}

export interface Period extends PeriodRow {
  year: YearSummary | null;
  plant_name: Partial<Bilingual>;
  rule_version: string;
  region: string;
  total_g: string | null;
  lines: Line[];
  subtotals: { name: string; emissions_tco2e?: string; tco2e?: string }[];
  indicators: { name: string; value: string }[];
  grades: { grade: string; percent: string }[];
  remarks: RemarkRow[];
  streams: StreamRow[];
  history: Entry[];
  findings: FindingRow[];
  submission: Submission | null;
  adjustment_g: string | null;
}

export interface EvidenceRow {
  id: string;
  period: string | null;
  stream: string;
  kind: string;
  title: string;
  file_name: string;
  media_type: string;
  size_bytes: number;
  sha256: string;
  created_at: string;
}

export interface ToSign extends Intent {
  shows?: { total_g: string; digest: string; version: number; reason?: string };
  content?: Record<string, unknown>;
  plan?: Record<string, unknown>;
  report?: Record<string, unknown>;
  digest?: string;
}

export const period = (id: string) => get<Period>(`periods/${id}/`);
export const submissionToSign = (id: string) => get<ToSign>(`periods/${id}/signing/`);
export const withdrawalToSign = (id: string) => get<ToSign>(`periods/${id}/withdrawal/`);
export const nonceToSign = (id: string) => get<ToSign>(`periods/${id}/sample-nonce/`);
export const sendForPeriod = (id: string, what: "submission" | "withdrawal" | "sample-nonce", signed: SignedIntent) => post<Accepted>(`periods/${id}/${what}/`, signed);
export const keepValue = (id: string, value: Omit<ActivityValue, "grade" | "person" | "entered_at">): Promise<Result<Period, Problem>> => ask("POST", `periods/${id}/activity/`, { body: { values: [value] } });
export const answerRemark = (id: string, { name, stream, facts_digest }: RemarkRow, text: string): Promise<Result<Period, Problem>> =>
  ask("POST", `periods/${id}/answers/`, { body: { remark: name, stream, facts_digest, text } });
export const makeReady = (id: string): Promise<Result<Period, Problem>> => ask("POST", `periods/${id}/readiness/`);
export const startCorrection = (id: string, reason: string): Promise<Result<Period, Problem>> => ask("POST", `periods/${id}/correction/`, { body: { reason } });
export const openPeriod = (plant: string, month: string): Promise<Result<Period, Problem>> => ask("POST", "periods/", { body: { plant, period: month } });
export const replyTo = (id: string, number: number, text: string, evidence: string[]): Promise<Result<FindingRow, Problem>> => ask("POST", `periods/${id}/findings/${number}/reply/`, { body: { text, evidence } });

export function uploadEvidence(fields: { period?: string; stream: string; kind: string; title: string } & Record<string, string>, file: File): Promise<Result<EvidenceRow, Problem>> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return ask("POST", "evidence/", { form, timeoutMs: 120_000 });
}

export interface SheetAnswer {
  applied: boolean;
  kind: string;
  rows: number;
  unchanged: number;
  changes: { row: number; stream: string; name: string; text: string; unit: string; before: string | null }[];
  remarks: { row: number; column: string; name: string; zh: string; en: string; stream: string; field: string }[];
  total_before: string | null;
  total_after: string | null;
}

/** A sheet whole or not at all; a trial says what would come of it and keeps nothing. */
export function importSheet(id: string, file: File, options: { trial: boolean; evidence: string[] }): Promise<Result<SheetAnswer, Problem>> {
  const form = new FormData();
  form.append("trial", String(options.trial));
  for (const one of options.evidence) form.append("evidence", one);
  form.append("file", file);
  return ask("POST", `periods/${id}/import/`, { form, timeoutMs: 120_000 });
}
export const templateUrl = (id: string, kind: "xlsx" | "csv", language: string) => `/api/v1/periods/${id}/template/?kind=${kind}&lang=${language}`;
export const evidenceUrl = (id: string) => `/api/v1/evidence/${id}/content/`;

export interface CaseRow extends Clocks {
  id: string;
  account: string;
  enterprise: string;
  plant: string;
  period: string;
  version: number;
  state: string;
  auditor: string;
  auditor_name: string;
  open: boolean;
  submitted_at: string | null;
  opened_at: string | null;
  next_step: string | null;
  record: Record<string, unknown>;
}

export interface Statement {
  entity: { name: string; usci: string };
  plant: { id: string; zh: string; en: string };
  period: string;
  version: number;
  made_at: string;
  guideline: { id: string; zh: string; en: string; source: string; hash: string };
  lines: Line[];
  subtotals: { name: string; tco2e: string }[];
  total: { grams: string; tco2e: string; cover_t: string };
  remarks: { name: string; stream: string; zh: string; en: string; answer: string }[];
  evidence: { sha256: string; title: string; kind: string; stream: string }[];
}

export interface LogEntry {
  step: string;
  digest: string;
  previous: string;
  person: string;
  at: string;
  tx_id: string;
  content?: unknown;
}

export interface Case extends CaseRow {
  statement: Statement | null;
  plan: Record<string, unknown> | null;
  seed: string;
  log: LogEntry[];
  findings: FindingRow[];
  evidence: ScannedRow[];
  witnesses: Witness[];
}

export interface ReportRow {
  id: string;
  plant: string;
  period: string;
  period_id: string;
  version: number;
  state: string;
  digest: string;
  total_g: string;
  submitted_at: string | null;
  submitted_tx: string;
  minted_tx: string;
  minted_block: number | null;
  minted_at: string | null;
}

export interface Report extends ReportRow {
  files: { kind: string; language: string; ready?: boolean; sha256?: string }[];
  statement: Statement;
  verification: Record<string, unknown> | null;
}
