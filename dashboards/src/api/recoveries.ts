/** Requests of people who lost their keys: made by herself in her browser, acted on by two others. */
import { ask, get } from "@/lib/fetch";
import type { Canonical } from "@/lib/canonical";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Me } from "./me";
import { makeKeys, type MadeKeys } from "./registration";

export interface RecoveryRow {
  id: string;
  person: string;
  person_name: string;
  account: string;
  organisation: string;
  reason: string;
  act_args: { [key: string]: Canonical };
  created_at: string;
  own: boolean;
  /** How the viewer can begin to help; empty where she cannot. */
  act: "" | "rebind" | "rebind_colleague";
  action: string;
  action_state: "" | "proposed" | "confirmed" | "executed";
  not_before: string;
}

export interface FreshKeys extends MadeKeys {
  token: string;
}

export const recoveries = () => get<{ results: RecoveryRow[] }>("recoveries/");
export const withdrawRecovery = (id: string): Promise<Result<null, Problem>> => ask("DELETE", `recoveries/${id}/`);

/** Three new keys of this person, this device's two kept here; they count when others have acted. */
export async function freshKeys(me: Me): Promise<Result<FreshKeys, Problem>> {
  const draft = await ask<{ token: string; challenge: string; network: string }>("POST", "keys/draft/");
  if (!draft.ok) return draft;
  const made = await makeKeys({ ...draft.value, kind: me.kind, person: me.person.id, account: me.account });
  return { ok: true, value: { ...made, token: draft.value.token } };
}

export const askRecovery = (fresh: FreshKeys, reason: string): Promise<Result<RecoveryRow, Problem>> =>
  ask("POST", "recoveries/", { body: { token: fresh.token, keys: fresh.keys, reason } });
