/** What the forgery radar and the physics witnesses say, as evidence and cases carry it. */
import { get } from "@/lib/fetch";
import type { Bilingual } from "@/lib/problem";
import type { EvidenceRow } from "./accounting";

export interface Twin {
  id: string;
  title: string;
  media_type: string;
  plant: string;
  period: string;
  created_at: string;
}

export interface Sign {
  sign: string;
  weight: number;
  words: Bilingual;
  twin: Twin | null;
}

/** A file after the radar; scanned_at is null while it waits. */
export interface ScannedRow extends EvidenceRow {
  scanned_at: string | null;
  readable: boolean;
  suspect: boolean;
  signs: Sign[];
}

export interface Witness {
  slug: string;
  period: string;
  kind_words: Bilingual;
  verdict: string;
  alarms: boolean;
  words: Bilingual;
  left: Bilingual;
  right: Bilingual;
  found: string;
  expected: string | null;
  deviation_percent: string | null;
  tolerance_percent: string;
}

export interface MatchPlace {
  account: string;
  enterprise: string;
  plant: string;
  period: string;
  evidence: string;
  kind: string;
  created_at: string;
}

export interface Match {
  percent: number;
  found_at: string;
  one: MatchPlace;
  other: MatchPlace;
}

export const sharedFiles = () => get<{ results: Match[] }>("evidence/matches/");

interface Named {
  meter: string;
  zh: string;
  en: string;
  unit: string;
}

/** A law of a plant with its residuals month by month, as they were stored. */
export interface LawHistory {
  slug: string;
  kind: string;
  kind_words: Bilingual;
  formula: Bilingual;
  tolerance_percent: string;
  left: Named[];
  right: Named[];
  months: { period: string; verdict: string; alarms: boolean; words: Bilingual; found: string; expected: string | null; deviation_percent: string | null; tolerance_percent: string; kept_at: string }[];
}

/** path: `cases/{id}` for its auditor, `plant-models/{plant}` for the enterprise. */
export const residuals = (path: string) => get<{ laws: LawHistory[] }>(`${path}/residuals/`);
