/** Free neighbouring lots of one issue: what can be merged into one. */
import type { Lot } from "@/api/market";

/** Runs of at least two lots, each in the order of its serials. */
export function lotRuns(lots: readonly Lot[]): Lot[][] {
  const free = lots.filter((lot) => lot.state === "free" && lot.hold === "");
  const place = (lot: Lot) => `${lot.unit}-${lot.vintage}`;
  const ordered = [...free].sort((a, b) => place(a).localeCompare(place(b)) || (BigInt(a.serial_from) < BigInt(b.serial_from) ? -1 : 1));
  const runs: Lot[][] = [];
  for (const lot of ordered) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const follows = last && place(last) === place(lot) && last.origin === lot.origin && BigInt(last.serial_to) + 1n === BigInt(lot.serial_from);
    if (run && follows) run.push(lot);
    else runs.push([lot]);
  }
  return runs.filter((run) => run.length > 1);
}
