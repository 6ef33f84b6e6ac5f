/** How readings come in, from the overseers' live topic: absolute frames, one a second, with a short memory to draw. */
import type { Readings } from "@/api/oversight";

interface Rate {
  per_s: string;
  last_minute: number;
  last_at: string;
}

interface ReadingsFrame {
  kind: "readings";
  at: string;
  per_s: string;
  enterprises: Record<string, Rate>;
}

export interface Pulse {
  /** When this page got the last frame, ms; null before the first. */
  gotAt: number | null;
  perS: string | null;
  enterprises: Record<string, Rate>;
  /** Drawn only: rates of the last minute, all together and by enterprise. */
  total: readonly number[];
  lines: Record<string, readonly number[]>;
}

export const NO_PULSE: Pulse = { gotAt: null, perS: null, enterprises: {}, total: [], lines: {} };
// The worker tells at least every ten seconds; after three times that the figures are old.
export const STALE_MS = 30_000;
const KEPT = 60;
// A frame names at most so many; beyond them silence and not being named are not the same.
const NAMED_MAX = 1_000;

function isReadings(data: unknown): data is ReadingsFrame {
  return typeof data === "object" && data !== null && (data as { kind?: unknown }).kind === "readings";
}

/** Whether a message of the topic is one that no query has to be asked again for. */
export const movesNothing = isReadings;

const longer = (line: readonly number[] | undefined, value: string) => [...(line ?? []), Number(value)].slice(-KEPT);

export function beaten(before: Pulse, data: unknown, now: number): Pulse {
  if (!isReadings(data)) return before;
  const names = new Set([...Object.keys(before.lines), ...Object.keys(data.enterprises)]);
  const lines = Object.fromEntries([...names].map((name) => [name, longer(before.lines[name], data.enterprises[name]?.per_s ?? "0")]));
  return { gotAt: now, perS: data.per_s, enterprises: data.enterprises, total: longer(before.total, data.per_s), lines };
}

export interface Shown {
  perS: string | null;
  lastAt: string | null;
  state: "none" | "unknown" | "stale" | "silent" | "live";
}

/** What a card shows of an enterprise: the newest of frame and answer, and never an old rate as a present one. */
export function shownOf(readings: Readings | null, pulse: Pulse, now: number): Shown {
  if (!readings) return { perS: null, lastAt: null, state: "none" };
  if (pulse.gotAt !== null && now - pulse.gotAt > STALE_MS) return { perS: null, lastAt: pulse.enterprises[readings.tenant]?.last_at ?? readings.last_at, state: "stale" };
  const rate = pulse.enterprises[readings.tenant];
  const silent = pulse.gotAt !== null && Object.keys(pulse.enterprises).length < NAMED_MAX ? "0.0" : readings.per_s;
  const perS = rate?.per_s ?? silent;
  const lastAt = rate?.last_at ?? readings.last_at;
  if (perS === null) return { perS, lastAt, state: "unknown" };
  return { perS, lastAt, state: perS === "0.0" && !rate?.last_minute ? "silent" : "live" };
}
