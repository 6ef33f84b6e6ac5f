/** Factor sets and proposals of new ones: drafted, simulated on every enterprise, signed by two persons. */
import { ask, get } from "@/lib/fetch";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";

export interface FactorSetRow {
  id: string;
  zh: string;
  en: string;
  first: string;
  digest: string;
  roles: string[];
  rows: number;
  guidelines: { id: string; zh: string; en: string }[];
  items: { id: string; zh: string; en: string }[];
  succeeds: string;
  since: string;
  tx_id: string;
  at: string | null;
  latest: boolean;
}

export interface FactorRow {
  item: string;
  parameter: string;
  variant: string;
  value: string;
  unit: string;
  valid_from: string;
  source: string;
  clause: string;
  verified: boolean;
}

export interface FactorValue {
  value: string;
  unit: string;
  source: string;
  clause: string;
  verified: boolean;
}

export interface FactorChange {
  item: string;
  parameter: string;
  variant: string;
  valid_from: string;
  before: FactorValue | null;
  after: FactorValue;
}

export interface DraftRemark {
  row: number;
  column: string;
  name: string;
  blocks: boolean;
  zh: string;
  en: string;
}

export interface Examined {
  proposal: string | null;
  since: string;
  unchanged: number;
  changes: FactorChange[];
  remarks: DraftRemark[];
}

export type ProposalState = "drafted" | "simulating" | "simulated" | "signed" | "published" | "overtaken" | "withdrawn";

export interface ProposalRow {
  id: string;
  factor_set: string;
  succeeds: string;
  since: string;
  zh: string;
  en: string;
  digest: string;
  state: ProposalState;
  person_name: string;
  created_at: string;
  factors: number;
}

export interface AccountSum {
  account: string;
  organisation: string;
  open: number;
  open_g: string;
  frozen: number;
  frozen_g: string;
  without_total: number;
}

export interface Simulation {
  asked_at: string | null;
  at: string | null;
  done: number;
  of: number;
  digest: string;
  open_g: string;
  frozen_g: string;
  by_factor: { place: number; effect_g: string }[];
  by_account: AccountSum[];
}

export interface Proposal extends ProposalRow {
  changes: FactorChange[];
  simulation: Simulation;
  values: Record<string, string> | null;
  action: string;
  published: { tx_id: string; block_number: number; at: string } | null;
}

export interface EffectRow {
  plant: string;
  period: string;
  kind: "open" | "year" | "frozen";
  state: string;
  effect_g: string | null;
  by_factor: { place: number; effect_g: string }[];
}

/** A set as it is asked for: changed factors, or a file's text. */
export interface Wish {
  succeeds: string;
  since: string;
  rows?: Partial<FactorRow>[];
  text?: string;
}

export const factorSets = () => get<{ results: FactorSetRow[] }>("factor-sets/");
export const factorRows = (id: string) => get<{ row: FactorRow[] }>(`factor-sets/${id}/`);
export const proposals = () => get<{ results: ProposalRow[] }>("factor-proposals/");
export const proposal = (id: string) => get<Proposal>(`factor-proposals/${id}/`);
export const effects = (id: string, account: string) => get<{ results: EffectRow[] }>(`factor-proposals/${id}/effects/`, { account });
export const factorSetUrl = (id: string) => `/api/v1/factor-sets/${id}/`;

const sent = <T>(path: string, body: unknown): Promise<Result<T, Problem>> => ask<T>("POST", `/api/v1/factor-proposals/${path}`, { body });
export const examine = (wish: Wish) => sent<Examined>("checks/", wish);
export const propose = (wish: Wish) => sent<Examined>("", wish);
export const simulate = (id: string) => sent<Proposal>(`${id}/simulation/`, {});
export const withdraw = (id: string) => sent<Proposal>(`${id}/withdrawal/`, {});

/** Names of a set's items, as its guidelines have them. */
export const namesOf = (set: Pick<FactorSetRow, "items">): Record<string, { zh: string; en: string }> => Object.fromEntries(set.items.map((item) => [item.id, item]));
