/** Who is signed in, and what she may do: one question that the whole page hangs on. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { ask, get } from "@/lib/fetch";
import { ProblemError, type Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";

export interface BoundKeyRow {
  fingerprint: string;
  use: string;
  status: string;
  spki?: string;
  valid_from?: string | null;
}

export type Kind = "enterprise" | "auditor" | "regulator" | "administrator";

/** One of the organisations that a sign-in may act in; each with a person of its own on the ledger. */
export interface MyOrganisation {
  account: string;
  name: string;
  kind: Kind;
  role: string;
  person: string;
}

interface MeAnswer {
  person: string;
  name: string;
  email: string;
  role: string;
  kind: Kind | "";
  account: string;
  organisation: string;
  organisations: MyOrganisation[];
  tenant: string;
  rights: string[];
  keys: BoundKeyRow[];
  network: string;
  second_factor: { totp: boolean; passkeys: number; recovery_codes: boolean };
  registration_state: string;
}

export interface Me {
  person: { id: string; name: string; email: string };
  role: string;
  /** Empty kind: signed in, but no organisation has admitted her yet. */
  kind: Kind;
  member: boolean;
  account: string;
  organisation: string;
  organisations: MyOrganisation[];
  tenant: string;
  rights: string[];
  keys: BoundKeyRow[];
  network: string;
  second_factor: boolean;
  registration_state: string;
}

function meOf(answer: MeAnswer): Me {
  return {
    ...answer,
    person: { id: answer.person, name: answer.name, email: answer.email },
    kind: answer.kind || "enterprise",
    member: answer.kind !== "",
    second_factor: answer.second_factor.totp || answer.second_factor.passkeys > 0,
  };
}

// A visitor's page need not ask who she is: the mark only says that somebody signed in here and did not leave.
const MARK = "tanheng-signed-in";
export const rememberSession = (): void => localStorage.setItem(MARK, "yes");
export const forgetSession = (): void => localStorage.removeItem(MARK);

async function readMe(): Promise<Me | null> {
  if (localStorage.getItem(MARK) === null) return null;
  try {
    return meOf(await get<MeAnswer>("me/"));
  } catch (error) {
    // Not signed in is an answer here, not a fault.
    if (error instanceof ProblemError && (error.problem.status === 401 || error.problem.status === 403)) {
      forgetSession();
      return null;
    }
    throw error;
  }
}

const CHOSEN = "tanheng-organisation";
const START = "/app/start";

/** Acts in another organisation from now on. The page begins anew: nothing of the old one stays in memory. */
export async function chooseOrganisation(account: string): Promise<Result<never, Problem>> {
  const answer = await ask<unknown>("POST", "me/organisation/", { body: { account } });
  if (!answer.ok) return answer;
  localStorage.setItem(CHOSEN, `${account} ${Date.now()}`);
  location.assign(START);
  return new Promise(() => undefined);
}

/** The session has one organisation: a choice in another tab counts in this one too. */
export function followChoice(): void {
  addEventListener("storage", (event) => {
    if (event.key === CHOSEN && event.newValue !== null) location.assign(START);
  });
}

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: readMe, staleTime: 60_000 });

export function useMe() {
  return useQuery(meQuery);
}

/** The signed-in person inside pages that only exist for one. */
export function useMyself(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error("used outside a signed-in page");
  return data;
}

export const can = (me: Me, right: string): boolean => me.rights.includes(right);
