/** Registrations, acts of two persons, and a person's own tokens. */
import { ask, get, post } from "@/lib/fetch";
import type { Intent, SignedIntent } from "@/lib/intents";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Accepted } from "./intents";

export interface RegistrationRow {
  id: string;
  kind: string;
  state: string;
  account: string;
  organisation: string;
  usci: string;
  sector: string;
  person: string;
  contact: string;
  email: string;
  phone: string;
  role: string;
  remark: string;
  created_at: string;
  decided_at: string | null;
}

export interface OnboardingStep {
  name: string;
  state: "done" | "waiting" | "running" | "failed";
  detail: string;
  tx_id: string;
  done_at: string | null;
  intent_id: string | null;
  intent_state: string;
  refusal: string;
}

export interface RegistrationDetail extends RegistrationRow {
  documents: { id: string; title: string; media_type: string; size_bytes: number; sha256: string }[];
  steps: OnboardingStep[];
  signing: Partial<Record<"register" | "propose", Intent>>;
  same_name: number;
}

export interface Steps {
  state: string;
  results: OnboardingStep[];
  signing: RegistrationDetail["signing"];
}

export interface TokenRow {
  id: string;
  name: string;
  hint: string;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

export const registration = (id: string) => get<RegistrationDetail>(`registrations/${id}/`);
export const documentUrl = (id: string, document: string) => `/api/v1/registrations/${id}/documents/${document}/`;

/** Sends an approval's signatures, or a retry's; gives the intent that finishes last, to be followed. */
export async function sendSignatures(id: string, names: readonly string[], signed: readonly SignedIntent[], again: boolean): Promise<Accepted> {
  const signatures = Object.fromEntries(names.map((name, i) => [name, signed[i]]));
  const answer = again
    ? await post<Steps>(`registrations/${id}/steps/`, { signatures })
    : await post<Steps>(`registrations/${id}/decision/`, { decision: "approve", signatures });
  const last = answer.results.filter((step) => step.intent_id && names.includes(step.name)).at(-1);
  return { intent_id: last?.intent_id ?? "", state: "waiting" };
}

export const turnDown = (id: string, decision: "supplement" | "reject", reason: string): Promise<Result<Steps, Problem>> =>
  ask("POST", `registrations/${id}/decision/`, { body: { decision, reason } });
export const retrySteps = (id: string): Promise<Result<Steps, Problem>> => ask("POST", `registrations/${id}/steps/`, { body: {} });

export const makeToken = (name: string, days: number): Promise<Result<TokenRow & { token: string }, Problem>> => ask("POST", "tokens/", { body: { name, days } });
export const endToken = (id: string): Promise<Result<null, Problem>> => ask("DELETE", `tokens/${id}/`);
