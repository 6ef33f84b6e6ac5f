/** A plant's laws of physics as they are put together on the page; the server judges them again. */
import type { LawKind, PlantLaw } from "@/api/radar";
import { dimensionOf } from "./model";

export interface LawMeter {
  slug: string;
  unit: string;
}

export type Side = "left" | "right";
export const LAWS_MAX = 20;
const OTHER: Record<Side, Side> = { left: "right", right: "left" };

/** One more law of a kind, under an id that no other has. */
export function withLaw(laws: readonly PlantLaw[], kind: string): PlantLaw[] {
  const taken = new Set(laws.map((law) => law.slug));
  let n = 1;
  while (taken.has(`${kind}-${n}`)) n += 1;
  return [...laws, { slug: `${kind}-${n}`, kind, left: [], right: [] }];
}

export const withoutLaw = (laws: readonly PlantLaw[], slug: string): PlantLaw[] => laws.filter((law) => law.slug !== slug);

/** A meter put on a side of a law, or taken from it. */
export const withMeterOf = (laws: readonly PlantLaw[], slug: string, side: Side, meter: string, on: boolean): PlantLaw[] =>
  laws.map((law) => (law.slug === slug ? { ...law, [side]: on ? [...law[side].filter((each) => each !== meter), meter] : law[side].filter((each) => each !== meter) } : law));

/** Whether a meter may stand on a side: not on the other, and its unit adds to what is there; parts and whole share one. */
export function fits(law: PlantLaw, side: Side, meter: LawMeter, meters: readonly LawMeter[]): boolean {
  if (law[side].includes(meter.slug)) return true;
  if (law[OTHER[side]].includes(meter.slug)) return false;
  const beside = law.kind === "submeters" ? [...law.left, ...law.right] : law[side];
  return meters.filter((each) => beside.includes(each.slug)).every((each) => dimensionOf(each.unit) === dimensionOf(meter.unit));
}

/** Every law has meters on both sides. */
export const isWhole = (laws: readonly PlantLaw[]): boolean => laws.every((law) => law.left.length > 0 && law.right.length > 0);

export const kindOf = (kinds: readonly LawKind[], kind: string): LawKind | undefined => kinds.find((each) => each.kind === kind);
