/** The guidance centre: courses with their worked examples, and the words of accounting. Open to everybody. */
import type { ComputeDetail, ComputeResult } from "@/api/guidelines";
import { get } from "@/lib/fetch";
import type { Bilingual } from "@/lib/problem";

export interface CourseStep {
  key: string;
  title: Bilingual;
  text: Bilingual;
  streams: string[];
  fields: string[];
  example: boolean;
  /** Names of remarks and refusals that it explains, whatever the stream. */
  about: string[];
  /** Defaults of its fields that nobody compared with the print, or that the set lists without a value (""). */
  marked: MarkedDefault[];
}

export interface MarkedDefault {
  set: string;
  item: Bilingual;
  parameter: string;
  variant: string;
  value: string;
  unit: string;
}

export interface Course {
  guideline: { id: string; zh: string; en: string; sector: string; regime: string; source: string };
  steps: CourseStep[];
  questions: { question: Bilingual; answer: Bilingual }[];
  streams: { key: string; kind: string; items: string[] }[];
  example: { case: string; result: ComputeResult; lines: ComputeDetail[] };
}

export interface TermGroup {
  zh: string;
  en: string;
  terms: { id: string; zh: string; en: string; source: string; meaning: Bilingual }[];
}

export const course = (id: string) => get<Course>(`guidelines/${id}/course/`);
export const glossary = () => get<{ results: TermGroup[] }>("glossary/");
export const templateUrl = (id: string, kind: "xlsx" | "csv", language: string) => `/api/v1/guidelines/${id}/template/?kind=${kind}&lang=${language}`;
