/** A draft as it is typed, and what is sent of it: pure, so that it can be tested without a page. */
import type { FactorRow, Wish } from "@/api/factorSets";
import { newId } from "@/lib/ids";

export interface TypedRow {
  id: string;
  /** item~parameter~variant of the factor that was chosen, or empty. */
  key: string;
  value: string;
  unit: string;
  source: string;
  clause: string;
  verified: boolean;
}

export const blankRow = (): TypedRow => ({ id: newId("row"), key: "", value: "", unit: "", source: "", clause: "", verified: false });

export const keyOf = (row: Pick<FactorRow, "item" | "parameter" | "variant">): string => `${row.item}~${row.parameter}~${row.variant}`;

/** Of each factor the row that holds at the month's beginning, else its first; in the set's order. */
export function inForce(rows: readonly FactorRow[], since: string): FactorRow[] {
  const found = new Map<string, FactorRow>();
  for (const row of rows) {
    const kept = found.get(keyOf(row));
    const holds = row.valid_from <= (since ? `${since}-01` : "9999");
    if (!kept || (holds && (row.valid_from >= kept.valid_from || kept.valid_from > `${since}-01`))) found.set(keyOf(row), row);
  }
  return [...found.values()];
}

/** What is sent: a row that nobody touched is left out, one without a factor is named by the server. */
export function wishOf(succeeds: string, since: string, rows: readonly TypedRow[]): Wish {
  const touched = rows.filter((row) => row.key !== "" || row.value.trim() !== "");
  return {
    succeeds,
    since,
    rows: touched.map((row) => {
      const [item = "", parameter = "", variant = ""] = row.key.split("~");
      return { item, parameter, variant, value: row.value.trim(), unit: row.unit.trim(), source: row.source.trim(), clause: row.clause.trim(), verified: row.verified };
    }),
  };
}
