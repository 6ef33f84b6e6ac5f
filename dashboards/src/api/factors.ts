/** Second factors by the sign-in library: list, add, use and remove; presence is proved again before a change. */
import { ask, fetched } from "@/lib/fetch";
import { createPasskey, showPasskey, type PasskeyRefusal } from "@/lib/passkeys";
import type { Problem } from "@/lib/problem";
import { no, ok, type Result } from "@/lib/result";

const BASE = "/_allauth/browser/v1/";
const AUTHENTICATORS = `${BASE}account/authenticators`;

export interface Factor {
  type: "totp" | "webauthn" | "recovery_codes";
  id?: number;
  name?: string;
  created_at: number;
  last_used_at: number | null;
  total_code_count?: number;
  unused_code_count?: number;
}

/** Why a factor did not come or go: the browser's word, the server's, or that the password is asked for once more. */
export type FactorFault = { passkey: PasskeyRefusal } | { problem: Problem } | { again: true };
type Answered<T> = Promise<Result<T, FactorFault>>;

interface Options {
  data: { creation_options?: { publicKey: PublicKeyCredentialCreationOptionsJSON }; request_options?: { publicKey: PublicKeyCredentialRequestOptionsJSON } };
}

export const factors = async (): Promise<Factor[]> => (await fetched<{ data: Factor[] }>("GET", AUTHENTICATORS)).data;

function flowsOf(problem: Problem): { id: string; is_pending?: boolean }[] {
  const body = (typeof problem.body === "object" && problem.body !== null ? problem.body : {}) as { data?: { flows?: { id: string; is_pending?: boolean }[] } };
  return body.data?.flows ?? [];
}

function faultOf(problem: Problem): FactorFault {
  const again = problem.status === 401 && flowsOf(problem).some((flow) => flow.id === "reauthenticate" || flow.id === "mfa_reauthenticate");
  return again ? { again: true } : { problem };
}

async function reached<T>(method: string, path: string, body?: unknown): Answered<T> {
  const answer = await ask<T>(method, path, body === undefined ? {} : { body });
  return answer.ok ? answer : no(faultOf(answer.error));
}

/** Makes a passkey and has the server keep it; it may also sign in without a password. */
export async function addPasskey(name: string): Answered<null> {
  const options = await reached<Options>("GET", `${AUTHENTICATORS}/webauthn?passwordless`);
  if (!options.ok) return options;
  const credential = await createPasskey(options.value.data.creation_options!.publicKey);
  if (!credential.ok) return no({ passkey: credential.error });
  const kept = await reached<unknown>("POST", `${AUTHENTICATORS}/webauthn`, { name, credential: credential.value, passwordless: true });
  return kept.ok ? ok(null) : kept;
}

export async function removeFactor(factor: Factor): Answered<null> {
  const answer = factor.type === "webauthn"
    ? await reached<unknown>("DELETE", `${AUTHENTICATORS}/webauthn`, { authenticators: [factor.id] })
    : await reached<unknown>("DELETE", `${AUTHENTICATORS}/totp`);
  return answer.ok ? ok(null) : answer;
}

/** The server's one-time codes for a lost authenticator; not the recovery code of the signing key. */
export async function backupCodes(renew: boolean): Answered<string[]> {
  const answer = await reached<{ data: { unused_codes?: string[] } }>(renew ? "POST" : "GET", `${AUTHENTICATORS}/recovery-codes`, renew ? {} : undefined);
  return answer.ok ? ok(answer.value.data.unused_codes ?? []) : answer;
}

async function shown(path: string): Answered<null> {
  const options = await reached<Options>("GET", path);
  if (!options.ok) return options;
  const credential = await showPasskey(options.value.data.request_options!.publicKey);
  if (!credential.ok) return no({ passkey: credential.error });
  const answer = await ask("POST", path, { body: { credential: credential.value } });
  return answer.ok ? ok(null) : no({ problem: answer.error });
}

/** The second step of a sign-in, after the password. */
export const passkeyAsSecond = () => shown(`${BASE}auth/webauthn/authenticate`);
/** The whole sign-in: the passkey checks the person itself. */
export const passkeyAlone = () => shown(`${BASE}auth/webauthn/login`);
export const passkeyAgain = () => shown(`${BASE}auth/webauthn/reauthenticate`);

export async function passwordAgain(password: string): Answered<null> {
  const answer = await ask("POST", `${BASE}auth/reauthenticate`, { body: { password } });
  return answer.ok ? ok(null) : no({ problem: answer.error });
}

