/** What the forgery radar and the physics witnesses say, as evidence and cases carry it. */
import { useQuery } from "@tanstack/react-query";
import { ask, get } from "@/lib/fetch";
import type { Bilingual, Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
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

/** What a document must show and does not, or where it does not agree with its line; both places in words. */
export interface PaperRemark {
  remark: string;
  words: Bilingual;
  at: Bilingual;
  against: Bilingual;
}

/** A file after the radar; scanned_at is null while it waits. */
export interface ScannedRow extends EvidenceRow {
  scanned_at: string | null;
  readable: boolean;
  suspect: boolean;
  signs: Sign[];
  paper: PaperRemark[];
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
  /** Found and expected are heat, GJ: the quantity times the month's calorific value. */
  in_heat: boolean;
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
  usual: boolean;
  kind: string;
  kind_words: Bilingual;
  formula: Bilingual;
  tolerance_percent: string;
  left: Named[];
  right: Named[];
  months: { period: string; verdict: string; alarms: boolean; words: Bilingual; in_heat: boolean; found: string; expected: string | null; deviation_percent: string | null; tolerance_percent: string; kept_at: string }[];
}

/** path: `cases/{id}` for its auditor, `plant-models/{plant}` for the enterprise. */
export const residuals = (path: string) => get<{ laws: LawHistory[] }>(`${path}/residuals/`);

/** A law as it is declared: the meters of its left side are tied to those of its right. */
export interface PlantLaw {
  slug: string;
  kind: string;
  left: string[];
  right: string[];
}

export interface LawKind {
  kind: string;
  words: Bilingual;
  formula: Bilingual;
  tolerance_percent: string;
}

/** usual: it follows from meters and streams and always holds. declared: some are the enterprise's own. */
export interface LawsInUse {
  laws: (PlantLaw & { usual: boolean })[];
  declared: boolean;
  kinds: LawKind[];
}

/** An enterprise's plant with its laws, as a regulator reads it. */
export interface PlantLaws {
  plant: string;
  name_zh: string;
  name_en: string;
  declared: boolean;
  laws: LawHistory[];
  peers: PeerPlace[];
}

export const useLaws = (plant: string) => useQuery({ queryKey: ["laws", plant], queryFn: () => get<LawsInUse>(`plant-models/${plant}/witnesses/`), staleTime: 60_000 });
export const declareLaws = (plant: string, laws: PlantLaw[]): Promise<Result<LawsInUse, Problem>> => ask("PUT", `plant-models/${plant}/witnesses/`, { body: { laws } });
export const tryLaws = (plant: string, laws: PlantLaw[], period: string): Promise<Result<{ results: Witness[] }, Problem>> => ask("POST", `plant-models/${plant}/witnesses/trial/`, { body: { laws, period } });
export const lawsOf = (account: string, purpose: string) => get<{ results: PlantLaws[] }>(`oversight/enterprises/${account}/witnesses/`, { purpose });

/** A measure of a period: one's own figure, the mean of other enterprises, the share of them below; null while they are too few. */
export interface PeerPlace {
  period: string;
  measure: string;
  words: Bilingual;
  unit: string;
  own: string;
  peers: number | null;
  mean: string | null;
  percentile: string | null;
  deviation_percent: string | null;
  edge: "lowest" | "highest" | "";
  made_at: string | null;
}

export const peersOf = (path: string) => get<{ results: PeerPlace[] }>(`${path}/peers/`);
