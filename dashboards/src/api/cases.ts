/** Verification: what the auditor's three persons read and sign, and what the regulator opens. */
import { ask, get, post } from "@/lib/fetch";
import type { Figure } from "@/lib/figures";
import type { SignedIntent } from "@/lib/intents";
import type { Bilingual, Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Case, FindingRow, ToSign } from "./accounting";
import type { Accepted } from "./intents";
import type { Page } from "./lists";
import type { Known, KnownDay } from "./modelling";

export interface Recomputation {
  content: string;
  platform: { figures: Figure[]; by_trees: Figure[] };
  ledger: { digest: string; figures_root: string; figures_count: number; tx_id: string; block_number: number };
}

export const recomputation = (id: string) => get<Recomputation>(`cases/${id}/recomputation/`);
export const oneCase = (id: string) => get<Case>(`cases/${id}/`);
export const caseKnownDays = (id: string) => get<Page<KnownDay>>(`cases/${id}/known/`);
export const caseKnown = (id: string, day: string) => get<Known>(`cases/${id}/known/${day}/`);
export interface PlanDraft {
  materiality: string;
  size: string;
  /** Why it takes the place of the plan before; empty for the first. */
  reason: string;
}
export const planToSign = (id: string, plan: PlanDraft) => get<ToSign>(`cases/${id}/plan/`, { materiality_percent: plan.materiality, sample_size: plan.size, reason: plan.reason });
export const sendPlan = (id: string, plan: PlanDraft, signed: SignedIntent) =>
  post<Accepted>(`cases/${id}/plan/`, { ...signed, materiality_percent: plan.materiality, sample_size: plan.size === "" ? null : Number(plan.size), reason: plan.reason });

export const stepToSign = (id: string, step: string, note: string) => get<ToSign>(`cases/${id}/steps/${step}/`, { note });
export const sendStep = (id: string, step: string, note: string, signed: SignedIntent) => post<Accepted>(`cases/${id}/steps/`, { ...signed, step, note });
export const visitToSign = (id: string) => get<ToSign>(`cases/${id}/visit/`);
export const sendVisit = (id: string, signed: SignedIntent) => post<Accepted>(`cases/${id}/visit/`, signed);
export const returnToSign = (id: string, reason: string) => get<ToSign>(`cases/${id}/return/`, { reason });
export const sendReturn = (id: string, reason: string, signed: SignedIntent) => post<Accepted>(`cases/${id}/return/`, { ...signed, reason });
export const approvalToSign = (id: string) => get<ToSign>(`cases/${id}/approval/`);
export const sendApproval = (id: string, signed: SignedIntent) => post<Accepted>(`cases/${id}/approval/`, signed);
export const openingToSign = (id: string) => get<ToSign>(`cases/${id}/opening/`);
export const sendOpening = (id: string, signed: SignedIntent) => post<Accepted>(`cases/${id}/opening/`, signed);
export const sampleToSign = (id: string) => get<ToSign>(`cases/${id}/sample/`);
export const sendSample = (id: string, signed: SignedIntent) => post<Accepted>(`cases/${id}/sample/`, signed);
export const caseEvidenceUrl = (id: string, evidence: string) => `/api/v1/cases/${id}/evidence/${evidence}/content/`;

export interface FindingDraft {
  kind: string;
  stream: string;
  text: string;
  at_stake_g: string;
  /** Left out: the rule's day. */
  due_on?: string;
  /** Of the sample, where the finding is on one. */
  item?: string;
}
export const findingToSign = (id: string, draft: FindingDraft) => get<ToSign>(`cases/${id}/findings/`, { ...draft });
export const sendFinding = (id: string, draft: FindingDraft, signed: SignedIntent) => post<Accepted>(`cases/${id}/findings/`, { ...signed, ...draft, at_stake_g: Number(draft.at_stake_g) });
export const closingToSign = (id: string, number: number, outcome: string) => get<ToSign>(`cases/${id}/findings/${number}/closure/`, { outcome });
export const sendClosing = (id: string, number: number, outcome: string, signed: SignedIntent) => post<Accepted>(`cases/${id}/findings/${number}/closure/`, { ...signed, outcome });
export const sayMore = (id: string, number: number, text: string): Promise<Result<FindingRow, Problem>> => ask("POST", `cases/${id}/findings/${number}/messages/`, { body: { text } });

/** The third chapter of the verification report as it stands now; open: notes may still change. */
export interface Matters {
  open: boolean;
  most: number;
  matters: { matter: string; name: Bilingual; mark: Bilingual; found: Bilingual; note: string; person: string; at: string | null }[];
}

export const mattersOf = (id: string) => get<Matters>(`cases/${id}/matters/`);
export const keepMatters = (id: string, notes: Record<string, string>): Promise<Result<Matters, Problem>> => ask("PUT", `cases/${id}/matters/`, { body: { notes } });

export type Verdict = "" | "pass" | "fail" | "remark";

/** An item that the seed drew, with its line in the report, its verdict and the findings on it. */
export interface SampledItem extends Bilingual {
  item: string;
  kind: string;
  stream: string;
  verdict: Verdict;
  by_check: boolean;
  person: string;
  at: string | null;
  findings: number[];
}

export interface Verdicts {
  open: boolean;
  counts: Record<"pass" | "fail" | "remark", number>;
  missing: number;
  items: SampledItem[];
}

export interface ItemCheck extends Bilingual {
  item: string;
  good: boolean;
}

export const verdictsOf = (id: string) => get<Verdicts>(`cases/${id}/verdicts/`);
export const keepVerdicts = (id: string, verdicts: Record<string, Verdict>): Promise<Result<Verdicts, Problem>> => ask("PUT", `cases/${id}/verdicts/`, { body: { verdicts } });
export const itemChecks = (id: string) => get<{ results: ItemCheck[] }>(`cases/${id}/verdicts/checks/`);
/** Passes every item without a verdict whose check is good now. */
export const passChecked = (id: string): Promise<Result<Verdicts, Problem>> => ask("POST", `cases/${id}/verdicts/checks/`, { body: {} });

/** The record of a site visit: each meter's seals as registered and as seen, photographs; open: it may still change. */
export interface OnSite {
  open: boolean;
  place: string;
  captured_at: string | null;
  person: string;
  at: string | null;
  seals: (Bilingual & { meter: string; registered: string; seen: string; outcome: "same" | "differs" | "unregistered" | "unseen" })[];
  photos: { id: string; title: string; sha256: string; captured_at: string; person: string }[];
}

export const onSite = (id: string) => get<OnSite>(`cases/${id}/visit/record/`);
export const keepOnSite = (id: string, draft: { place: string; seals: Record<string, string>; captured_at: string }): Promise<Result<OnSite, Problem>> => ask("PUT", `cases/${id}/visit/record/`, { body: draft });
export function sendPhoto(id: string, photo: { id: string; title: string; file: File; captured_at: string }): Promise<Result<OnSite, Problem>> {
  const form = new FormData();
  form.append("title", photo.title);
  form.append("captured_at", photo.captured_at);
  form.append("file", photo.file);
  return ask("POST", `cases/${id}/visit/photos/`, { form, idempotencyKey: photo.id, timeoutMs: 120_000 });
}
