/** Calendar days as `2026-07-03`: counting them, and which known day stands for one of them. */

const DAY_MS = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** How many days `to` lies after `from`; below zero where it lies before. */
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY_MS);

/** The day `days` after `day`. */
export const dayAfter = (day: string, days: number): string => new Date(at(day) + days * DAY_MS).toISOString().slice(0, 10);

/** The last row at or before `day`, or undefined where nothing was known yet. rows: oldest first. */
export function knownOn<Row extends { day: string }>(rows: readonly Row[], day: string): Row | undefined {
  return rows.filter((row) => row.day <= day).at(-1);
}
