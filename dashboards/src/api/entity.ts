/** What an enterprise says of itself in reports, and a year's supplementary data table. */
import { useQuery } from "@tanstack/react-query";
import { ask, get } from "@/lib/fetch";
import type { Bilingual, Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";

/** A fact with its label. `plant` is empty for the enterprise's own; `demanded` names the templates that ask for it. */
export interface EntityFact extends Bilingual {
  plant: string;
  name: string;
  most: number;
  demanded: string[];
  text: string;
  changed_at: string | null;
}

export interface EntityAnswer {
  plants: (Bilingual & { id: string })[];
  facts: EntityFact[];
}

/** A plant, a stream of its model or a meter, with what is said of its equipment. */
export interface EquipmentOwner extends Bilingual {
  of: "plant" | "stream" | "meter";
  owner: string;
  facts: Omit<EntityFact, "plant" | "changed_at">[];
}

export interface SupplementaryRow extends Bilingual {
  id: string;
  unit: string;
  entered: boolean;
  value: string;
}

export interface SupplementaryTable extends Bilingual {
  clause_zh: string;
  clause_en: string;
  basis_zh: string;
  basis_en: string;
  verified: boolean;
  rows: SupplementaryRow[];
  above: { row: string; value: string; most: string; of: string }[];
}

/** Without a table, `none` says why a guideline's report carries none; both are null where the year gives no rows. */
export interface SupplementaryAnswer {
  table: SupplementaryTable | null;
  none: Bilingual | null;
  open: boolean;
}

export const useEntity = () => useQuery({ queryKey: ["entity"], queryFn: () => get<EntityAnswer>("entity/") });
export const keepFacts = (plant: string, facts: Record<string, string>): Promise<Result<EntityAnswer, Problem>> => ask("PUT", "entity/", { body: { plant, facts } });
export const useEquipment = (plant: string) => useQuery({ queryKey: ["equipment", plant], queryFn: () => get<{ owners: EquipmentOwner[] }>(`plant-models/${plant}/equipment/`) });
export const keepEquipment = (plant: string, of: string, owner: string, facts: Record<string, string>): Promise<Result<{ owners: EquipmentOwner[] }, Problem>> => ask("PUT", `plant-models/${plant}/equipment/`, { body: { of, owner, facts } });
export const useSupplementary = (period: string, stamp: string) => useQuery({ queryKey: ["period", period, "supplementary", stamp], queryFn: () => get<SupplementaryAnswer>(`periods/${period}/supplementary/`) });
export const keepSupplementary = (period: string, values: Record<string, string>): Promise<Result<SupplementaryAnswer, Problem>> => ask("PUT", `periods/${period}/supplementary/`, { body: { values } });
