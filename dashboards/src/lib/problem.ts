/** A problem answer (RFC 9457) or a failure of the connection, in the four parts that people read. */

export type Bilingual = { zh: string; en: string };

export interface Problem {
  status: number;
  refusal: string;
  what: Bilingual | null;
  meaning: Bilingual | null;
  action: Bilingual | null;
  case: string | null;
  detail: string;
  fields: Record<string, string[]>;
  body: unknown;
}

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.refusal);
    this.problem = problem;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bilingual(value: unknown): Bilingual | null {
  if (!isRecord(value)) return null;
  const { zh, en } = value;
  return typeof zh === "string" && typeof en === "string" ? { zh, en } : null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function fieldsOf(value: unknown): Record<string, string[]> {
  if (!isRecord(value)) return {};
  const found: Record<string, string[]> = {};
  for (const [field, said] of Object.entries(value))
    if (Array.isArray(said)) found[field] = said.map(text);
  return found;
}

/** Reads what the server said; anything that is no problem document still becomes one. */
export function problemOf(status: number, body: unknown): Problem {
  const found = isRecord(body) ? body : {};
  return {
    status,
    refusal: text(found["refusal"]) || `http_${status}`,
    what: bilingual(found["what"]),
    meaning: bilingual(found["meaning"]),
    action: bilingual(found["action"]),
    case: text(found["case"]) || null,
    detail: text(found["detail"]),
    fields: fieldsOf(found["errors"] ?? found["fields"]),
    body,
  };
}

export function connectionProblem(kind: "offline" | "timeout"): Problem {
  return { ...problemOf(0, null), refusal: kind };
}

export function problemFrom(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : { ...problemOf(0, null), refusal: "page_fault", detail: String(error) };
}
