/** What a figure rests on: a meter's days, hours and signed readings, by the door that the viewer may pass. */
import type { ReadingProof } from "@/lib/reading";
import { get } from "@/lib/fetch";

export interface AnchorBehind {
  n: number;
  root: string;
  tx_id: string;
}

export interface DayBehind {
  day: string;
  quantity: string;
  hours: number;
  readings: number;
  signed: number;
  estimated: number;
  ambiguous: number;
  anchors: AnchorBehind[];
}

export interface HourBehind {
  hour: string;
  quantity: string;
  unit: string;
  readings: number;
  signed: number;
  expected: number;
  complete: number;
  estimated: boolean;
  ambiguous: boolean;
  version: number;
}

export interface Behind {
  plant: string;
  meter: string;
  name_zh: string;
  name_en: string;
  unit: string;
  month: string;
  quantity: string;
  days: DayBehind[];
  hours: HourBehind[];
}

export interface MeterBehind {
  meter: string;
  name_zh: string;
  name_en: string;
  unit: string;
  quantity: string | null;
  readings: number;
  signed: number;
}

/** Where the readings are asked for: `path` without a meter; the regulator's purpose goes along. */
export interface Door {
  path: string;
  purpose?: string;
}

export const ownDoor = (plant: string): Door => ({ path: `basis/${plant}/` });
export const caseDoor = (id: string): Door => ({ path: `cases/${id}/basis/` });
export const enterpriseDoor = (account: string, plant: string, purpose: string): Door => ({ path: `oversight/enterprises/${account}/basis/${plant}/`, purpose });

export const metersBehind = (door: Door, month: string) => get<{ results: MeterBehind[] }>(door.path, { month, purpose: door.purpose });
export const monthBehind = (door: Door, meter: string, month: string, day?: string) => get<Behind>(`${door.path}${meter}/`, { month, day, purpose: door.purpose });
export const readingAt = (door: Door, meter: string, at: string) => get<ReadingProof>(`${door.path}${meter}/proof/`, { at, purpose: door.purpose });
export const readingFile = (door: Door, meter: string, at: string): string => `/api/v1/${door.path}${meter}/proof/?${new URLSearchParams({ at, ...(door.purpose ? { purpose: door.purpose } : {}) })}`;
