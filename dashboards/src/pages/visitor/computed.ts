import type { Line } from "@/api/accounting";
import type { ComputeDetail } from "@/api/guidelines";

/** A line of a calculation that keeps nothing, as the table of lines wants it: without grade, meters, evidence. */
export function asLine(detail: ComputeDetail): Line {
  return { ...detail, name_zh: "", name_en: "", origin: "", grade: "", meters: [], evidence: [], grams: "" };
}
