/** The plant's live topic as a table of meters: last value with its age and the way it came. */
import { useMyself } from "@/api/me";
import type { LiveMeter, Meter } from "@/api/ingest";
import { useTopic } from "@/live";

export interface LivePlant {
  meters: Record<string, LiveMeter & { history: readonly (readonly [number, number])[] }>;
}

const NOTHING: LivePlant = { meters: {} };
// Ten minutes at a reading a second: what a chart of this width can show.
const HISTORY = 600;

interface Frame {
  meters?: LiveMeter[] | Record<string, Omit<LiveMeter, "meter">>;
}

function listed(frame: Frame): LiveMeter[] {
  const meters = frame.meters ?? [];
  return Array.isArray(meters) ? meters : Object.entries(meters).map(([meter, each]) => ({ meter, ...each }));
}

function merged(before: LivePlant, data: unknown): LivePlant {
  const frame = (typeof data === "object" && data !== null ? data : {}) as Frame;
  const meters = { ...before.meters };
  for (const each of listed(frame)) {
    const old = meters[each.meter];
    const point = [Date.parse(each.at), Number(each.value)] as const;
    const history = old && old.at === each.at ? old.history : [...(old?.history ?? []), point].slice(-HISTORY);
    meters[each.meter] = { ...old, ...each, history };
  }
  return { meters };
}

export function useLiveMeters(plant: string): LivePlant {
  const me = useMyself();
  return useTopic(`plant.${me.tenant}.${plant}`, NOTHING, (data) => merged(NOTHING, data), merged);
}

export type MeterState = "good" | "late" | "silent" | "noReading";

/** Late after two expected intervals, silent after ten. */
export function stateOf(live: LiveMeter | undefined, meter: Meter, now: number): MeterState {
  if (!live) return "noReading";
  const ageS = (now - Date.parse(live.at)) / 1000;
  if (ageS <= Math.max(5, meter.interval_s * 2)) return "good";
  return ageS <= meter.interval_s * 10 ? "late" : "silent";
}
