/** Verification: what the auditor's three persons read and sign, and what the regulator opens. */
import { ask, get, post } from "@/lib/fetch";
import type { Figure } from "@/lib/figures";
import type { SignedIntent } from "@/lib/intents";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Case, FindingRow, ToSign } from "./accounting";
import type { Accepted } from "./intents";

export interface Recomputation {
  content: string;
  platform: { figures: Figure[]; by_trees: Figure[] };
  ledger: { digest: string; figures_root: string; figures_count: number; tx_id: string; block_number: number };
}

export const recomputation = (id: string) => get<Recomputation>(`cases/${id}/recomputation/`);
export const oneCase = (id: string) => get<Case>(`cases/${id}/`);
export const planToSign = (id: string, materiality: string, size: string) => get<ToSign>(`cases/${id}/plan/`, { materiality_percent: materiality, sample_size: size });
export const sendPlan = (id: string, materiality: string, size: string, signed: SignedIntent) =>
  post<Accepted>(`cases/${id}/plan/`, { ...signed, materiality_percent: materiality, sample_size: size === "" ? null : Number(size) });
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
export const drawnSample = (id: string) => get<{ seed: string; items: string[] }>(`cases/${id}/sample/`);
export const caseEvidenceUrl = (id: string, evidence: string) => `/api/v1/cases/${id}/evidence/${evidence}/content/`;

export interface NewFinding {
  kind: string;
  stream: string;
  text: string;
  at_stake_g: number;
  due_on: string;
}
export const writeFinding = (id: string, finding: NewFinding): Promise<Result<FindingRow, Problem>> => ask("POST", `cases/${id}/findings/`, { body: finding });
export const closeFinding = (id: string, number: number, outcome: string): Promise<Result<FindingRow, Problem>> => ask("POST", `cases/${id}/findings/${number}/closure/`, { body: { outcome } });
