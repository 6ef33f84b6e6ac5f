/** Applying for an account: a draft that names person and account, keys with their proofs, the form. */
import { ask } from "@/lib/fetch";
import { proveKey } from "@/lib/intents";
import { askToPersist, keepKeys, makeDeviceKeys, recoveryKey, type StoredPerson } from "@/lib/keys";
import { toBase64Url } from "@/lib/canonical";
import type { Problem } from "@/lib/problem";
import { codeLines } from "@/lib/recovery";
import type { Result } from "@/lib/result";

export type Kind = "enterprise" | "auditor" | "regulator" | "administrator";

export interface Draft {
  token: string;
  kind: Kind;
  person: string;
  account: string;
  challenge: string;
  network: string;
}

export interface NewKey {
  use: string;
  spki: string;
  proof: { intent: string; signature: string } | null;
}

export interface MadeKeys {
  device: StoredPerson;
  recoveryLines: string[];
  recoveryFingerprint: string;
  keys: NewKey[];
}

export interface RegistrationForm {
  name: string;
  usci: string;
  sector: string;
  contact: string;
  email: string;
  phone: string;
  password: string;
  document: File;
}

export interface Step {
  name: string;
  state: "done" | "waiting" | "running" | "failed";
  detail: string;
}

export interface RegistrationStatus {
  kind: string;
  state: string;
  organisation: string;
  remark: string;
  created_at: string;
  steps: Step[];
}

export const begin = (kind: Kind): Promise<Result<Draft, Problem>> => ask("POST", "registrations/draft/", { body: { kind } });

/** The three first keys of a person: this device's two, kept here, and the one on paper. */
export async function makeKeys(draft: Draft): Promise<MadeKeys> {
  const seed = crypto.getRandomValues(new Uint8Array(16));
  const [device, recovery, recoveryLines] = await Promise.all([makeDeviceKeys(draft.person), recoveryKey(seed), codeLines(seed)]);
  const signer = { network: draft.network, account: draft.account, person: draft.person };
  const sign = await proveKey(signer, device.sign, "sign", draft.challenge);
  const recover = await proveKey(signer, recovery, "recover", draft.challenge);
  if (!sign.ok || !recover.ok || !device.decrypt) throw new Error("the server's draft cannot be signed");
  await askToPersist();
  await keepKeys(device);
  const decrypt = { use: "decrypt", spki: toBase64Url(device.decrypt.spki), proof: null };
  return { device, recoveryLines, recoveryFingerprint: recovery.fingerprint, keys: [sign.value, recover.value, decrypt] };
}

export function submit(draft: Draft, form: RegistrationForm, keys: NewKey[]): Promise<Result<{ code: string }, Problem>> {
  const body = new FormData();
  const { document, ...fields } = form;
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("token", draft.token);
  body.append("keys", JSON.stringify(keys));
  body.append("documents", document);
  return ask("POST", "registrations/", { form: body, timeoutMs: 60_000 });
}

export const statusOf = (code: string): Promise<Result<RegistrationStatus, Problem>> => ask("GET", "registrations/status/", { query: { code } });

export function addDocument(code: string, document: File): Promise<Result<RegistrationStatus, Problem>> {
  const form = new FormData();
  form.append("code", code);
  form.append("documents", document);
  return ask("POST", "registrations/supplement/", { form, timeoutMs: 60_000 });
}
