/** The guidelines and a calculation that keeps nothing: open to everybody, with or without an account. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { LineParameter, Tree } from "@/api/accounting";
import { ask, get } from "@/lib/fetch";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";

export interface GuidelineRow {
  id: string;
  zh: string;
  en: string;
  sector: string;
  regime: string;
  source: string;
}

export interface DefaultRow {
  set: string;
  item: string;
  parameter: string;
  variant: string;
  /** Empty where the guideline has a figure that nobody here has read yet. */
  value: string;
  unit: string;
  valid_from: string;
  source: string;
  verified: boolean;
}

export interface StreamType {
  key: string;
  kind: string;
  subtotal: string | null;
  items: { id: string; zh: string; en: string; variants: string[] }[];
  quantity_units: string[];
  balance: string[];
  balance_only: boolean;
  meterable: boolean;
  parameters: { name: string; zh: string; meaning: string; unit: string[] }[];
  forms: { parameters: string[]; line: string | null; formula: string | null }[];
  defaults: DefaultRow[];
  note: string;
}

export interface ComputeParameter {
  value?: string;
  unit: string;
  source: string;
  from?: string[];
}

export interface ComputeStream {
  id: string;
  kind: string;
  item: string;
  variant?: string;
  period?: string;
  quantity?: { value: string; unit: string };
  balance?: Record<string, string>;
  parameters: Record<string, ComputeParameter>;
}

export interface ComputeInput {
  guideline: string;
  rule_version?: string;
  factor_sets: Record<string, string>;
  period: string | string[];
  entity: string;
  region?: string;
  streams: ComputeStream[];
}

export interface Guideline extends GuidelineRow {
  factor_sets: Record<string, string[]>;
  sets: Record<string, { zh: string; en: string; regions: string[] }>;
  /** Published sets that succeed those of `factor_sets`, each from a month on. */
  successors: { set: string; succeeds: string; since: string; digest: string }[];
  rule_versions: { id: string; from: string; to: string; fuel: string }[];
  subtotals: string[];
  streams: StreamType[];
  example: { id: string; input: ComputeInput };
}

export interface ComputeRemark {
  name: string;
  facts: Record<string, string>;
  blocks: boolean;
  needs_answer: boolean;
  stream: string;
  zh: string;
  en: string;
}

export interface ComputeDetail {
  stream: string;
  kind: string;
  item: string;
  item_zh: string;
  item_en: string;
  subtotal: string;
  formula: string;
  clause: string;
  quantity: string;
  unit: string;
  parameters: LineParameter[];
  tree: Tree;
  tco2e: string;
}

export interface ComputeResult {
  lines?: Record<string, string>;
  subtotals?: Record<string, string>;
  total_tco2e?: string;
  indicators?: Record<string, string>;
  detail: ComputeDetail[];
  remarks: ComputeRemark[];
}

export const guideline = (id: string) => get<Guideline>(`guidelines/${id}/`);
export const compute = (input: ComputeInput): Promise<Result<ComputeResult, Problem>> => ask("POST", "compute/", { body: input, query: { detail: 1 } });

/** All guidelines; they change with a release only. */
export const useGuidelines = () => useQuery({ queryKey: ["guidelines"], queryFn: () => get<{ results: GuidelineRow[] }>("guidelines/"), staleTime: 3_600_000 });

/** A guideline's name in the language of the page; its id until the list is there. */
export function useGuidelineName(): (id: string) => string {
  const { i18n } = useTranslation();
  const rows = useGuidelines().data?.results;
  return (id) => {
    const found = rows?.find((row) => row.id === id);
    return found ? (i18n.language === "en" ? found.en : found.zh) : id;
  };
}
