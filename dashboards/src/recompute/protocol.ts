/** What the page and its worker say to each other. One question at a time; every question gets one answer. */

export interface Engine {
  guideline: string;
  entry: string;
  digest: string;
  files: { path: string; text: string }[];
}

export type Ask = { kind: "load"; engine: Engine } | { kind: "recompute" | "trial"; text: string };
export type Told =
  | { kind: "loaded"; bootMs: number; importMs: number }
  | { kind: "answer"; text: string; runMs: number }
  | { kind: "failed"; problem: string };

/** The last line of an error: Python's own sentence stands at the end of its trace. */
export function problemText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").at(-1) ?? "";
}
