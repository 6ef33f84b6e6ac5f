/** Sign-in by allauth's headless browser client: password, second factor, enrolment of one. */
import { ask } from "@/lib/fetch";
import type { Problem } from "@/lib/problem";
import { no, ok, type Result } from "@/lib/result";

const BASE = "/_allauth/browser/v1/";

export type SignIn = "signed_in" | { second_factor: string[] };
export interface Refused {
  code: string;
  problem: Problem;
}

interface Answer {
  data?: { flows?: { id: string; is_pending?: boolean; types?: string[] }[] };
  meta?: { secret?: string; totp_url?: string };
  errors?: { code?: string; message?: string }[];
}

function bodyOf(problem: Problem): Answer {
  return (typeof problem.body === "object" && problem.body !== null ? problem.body : {}) as Answer;
}

function refused(problem: Problem): { ok: false; error: Refused } {
  return no({ code: bodyOf(problem).errors?.[0]?.code ?? problem.refusal, problem });
}

/** The kinds of second factor that a sign-in waits for; null where it waits for none. */
function pending(problem: Problem): string[] | null {
  if (problem.status !== 401) return null;
  const flow = bodyOf(problem).data?.flows?.find((each) => each.id === "mfa_authenticate" && each.is_pending !== false);
  return flow ? (flow.types ?? []) : null;
}

/** Password first; `second_factor` names what the server now waits for. */
export async function signIn(email: string, password: string): Promise<Result<SignIn, Refused>> {
  const answer = await ask("POST", `${BASE}auth/login`, { body: { email, password } });
  // 409: this browser has a session already.
  if (answer.ok || answer.error.status === 409) return ok("signed_in");
  const kinds = pending(answer.error);
  return kinds ? ok({ second_factor: kinds }) : refused(answer.error);
}

/** The six digits of the authenticator or a server's recovery code. */
export async function giveCode(code: string): Promise<Result<null, Refused>> {
  const answer = await ask("POST", `${BASE}auth/2fa/authenticate`, { body: { code } });
  return answer.ok ? ok(null) : refused(answer.error);
}

export async function signOut(): Promise<void> {
  // allauth answers 401 to say that the session is gone.
  await ask("DELETE", `${BASE}auth/session`);
}

/** Proves presence again, which adding a factor asks for even right after a sign-in. */
export async function confirmPassword(password: string): Promise<Result<null, Refused>> {
  const answer = await ask("POST", `${BASE}auth/reauthenticate`, { body: { password } });
  return answer.ok ? ok(null) : refused(answer.error);
}

/** The secret for a new authenticator; null when one is already set. */
export async function newTotp(): Promise<Result<{ secret: string; url: string } | null, Refused>> {
  const answer = await ask("GET", `${BASE}account/authenticators/totp`);
  if (answer.ok) return ok(null);
  const meta = bodyOf(answer.error).meta;
  if (answer.error.status === 404 && meta?.secret) return ok({ secret: meta.secret, url: meta.totp_url ?? "" });
  return refused(answer.error);
}

export async function enrolTotp(code: string): Promise<Result<"enrolled" | "password_again", Refused>> {
  const answer = await ask("POST", `${BASE}account/authenticators/totp`, { body: { code } });
  if (answer.ok) return ok("enrolled");
  return answer.error.status === 401 ? ok("password_again") : refused(answer.error);
}
