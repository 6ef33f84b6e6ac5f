/** How a plant is accounted: its model, trials of it, the filed plan, calibrations; and looks at a period. */
import { useQuery } from "@tanstack/react-query";
import { ask, get, post } from "@/lib/fetch";
import type { Intent, SignedIntent } from "@/lib/intents";
import { ProblemError, type Bilingual, type Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Line, RemarkRow } from "./accounting";
import type { Accepted } from "./intents";
import type { Page } from "./lists";

export interface ModelStream {
  slug: string;
  kind: string;
  item: string;
  name_zh: string;
  name_en: string;
  unit: string;
  variant: string;
  meters: Record<string, string[]>;
}

export interface Model {
  guideline: string;
  region: string;
  factor_sets: Record<string, string>;
  streams: ModelStream[];
}

export interface TrialValue {
  stream: string;
  name: string;
  text: string;
  unit: string;
  origin: string;
}

export interface TrialAnswer {
  period: string;
  lines: Line[];
  total_tco2: string | null;
  subtotals: { name: string; tco2e: string }[];
  remarks: { name: string; blocks: boolean; stream: string; facts: Record<string, string | undefined>; zh: string; en: string }[];
  missing: { stream: string; meters: string[] }[];
  factors: { stream: string; parameter: string; own: Given; default: Given & { set: string; clause: string; verified: boolean }; effect_tco2e: string | null }[];
  sets: { role: string; set: string; effect_tco2e: string | null }[];
}

interface Given {
  value: string;
  unit: string;
  source?: string;
}

/** A stream as a plan has it; plans filed earlier say nothing of department and device. */
export interface PlanStream extends Bilingual {
  slug: string;
  department?: string;
  equipment?: string;
  meters: { meter: string; interval_s: number; certificate: string; required_percent: string; device_model?: string; device_place?: string; calibration_every?: string }[];
}

export interface PlanRow {
  version: number;
  digest: string;
  plan: { streams: PlanStream[] };
  person: string;
  created_at: string;
  filed_tx: string;
  filed_at: string | null;
  intent_id: string | null;
}

export interface CalibrationRow {
  id: string;
  plant: string;
  meter: string;
  certificate: string;
  serial: string;
  laboratory: string;
  calibrated_on: string;
  valid_until: string;
  required_percent: string | null;
  found_percent: string | null;
  withdrawn_at: string | null;
}

export interface CheckRow {
  check: string;
  verdict: "passed" | "warned" | "failed";
  zh: string;
  en: string;
  streams: string[];
  found: { zh: string; en: string }[];
}

export interface Checks {
  checks: CheckRow[];
  passed: number;
  warned: number;
  failed: number;
}

export interface KnownDay {
  day: string;
  known_at: string;
  state: string;
  version: number;
  total_g: string | null;
  digest: string;
}

export interface Known extends KnownDay {
  guideline: string;
  rule_version: string;
  factor_sets: Record<string, string>;
  total_tco2: string | null;
  lines: Line[];
  remarks: RemarkRow[];
}

export interface ComparedSide {
  id: string;
  period: string;
  day: string | null;
  total_g: string | null;
  version: number;
  factor_sets: Record<string, string>;
}

export interface ComparedStream {
  stream: string;
  name_zh: string;
  name_en: string;
  subtotal: string;
  kind: string;
  before: { quantity: string; unit: string; tco2e: string } | null;
  after: { quantity: string; unit: string; tco2e: string } | null;
  change_tco2e: string;
  activity_tco2e: string;
  factor_tco2e: string;
  factors: { name: string; before: Given | null; after: Given | null }[];
}

export interface Comparison {
  before: ComparedSide;
  after: ComparedSide;
  streams: ComparedStream[];
  change_tco2e: string;
  activity_tco2e: string;
  factor_tco2e: string;
}

/** A plant's model, or null where none was set up yet. */
export async function readModel(plant: string): Promise<Model | null> {
  const answer = await ask<Model>("GET", `plant-models/${plant}/`);
  if (answer.ok) return answer.value;
  if (answer.error.status === 404) return null;
  throw new ProblemError(answer.error);
}

export const saveModel = (plant: string, model: Model): Promise<Result<Model, Problem>> => ask("PUT", `plant-models/${plant}/`, { body: model });
export const tryModel = (plant: string, model: Model, period: string, values: TrialValue[]): Promise<Result<TrialAnswer, Problem>> => ask("POST", `plant-models/${plant}/trial/`, { body: { ...model, period, values } });
export const usePlans = (plant: string) => useQuery({ queryKey: ["plans", plant], queryFn: () => get<{ results: PlanRow[]; current: boolean }>(`plant-models/${plant}/plan/`) });
export const planToSign = (plant: string) => get<Intent & { digest: string }>(`plant-models/${plant}/plan/signing/`);
export const filePlan = (plant: string, signed: SignedIntent) => post<Accepted>(`plant-models/${plant}/plan/`, signed);
export const useCalibrations = (plant: string) => useQuery({ queryKey: ["calibrations", plant], queryFn: () => get<Page<CalibrationRow>>("calibrations/", { plant }) });
export const addCalibration = (body: Omit<CalibrationRow, "id" | "withdrawn_at">): Promise<Result<CalibrationRow, Problem>> => ask("POST", "calibrations/", { body });
export const withdrawCalibration = (id: string): Promise<Result<CalibrationRow, Problem>> => ask("DELETE", `calibrations/${id}/`);

export const useChecks = (period: string, stamp: string) => useQuery({ queryKey: ["period", period, "checks", stamp], queryFn: () => get<Checks>(`periods/${period}/checks/`) });
export const useKnownDays = (period: string, stamp: string) => useQuery({ queryKey: ["period", period, "known", stamp], queryFn: () => get<Page<KnownDay>>(`periods/${period}/known/`) });
export const known = (period: string, day: string) => get<Known>(`periods/${period}/known/${day}/`);
export const comparison = (period: string, other: string, day: string, otherDay: string) => get<Comparison>(`periods/${period}/comparison/`, { with: other, day, with_day: otherDay });
