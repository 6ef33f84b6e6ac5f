import { describe, expect, it } from "vitest";
import type { Readings } from "@/api/oversight";
import { beaten, movesNothing, NO_PULSE, shownOf } from "@/pages/regulator/pulse";

const NOW = Date.UTC(2026, 6, 15, 4);
const readings: Readings = { tenant: "t_1", plants: 1, plants_live: 1, meters: 20, meters_online: 20, quarantined_today: 0, alarms_open: 0, per_s: "7.0", last_minute: 420, last_at: "2026-07-15T03:59:59Z", age_s: 1 };
const frame = (perS: string, minute = 60) => ({ kind: "readings", at: "2026-07-15T04:00:00Z", per_s: perS, enterprises: { t_1: { per_s: perS, last_minute: minute, last_at: "2026-07-15T04:00:00Z" } } });
const silence = { kind: "readings", at: "2026-07-15T04:00:00Z", per_s: "0.0", enterprises: {} };

describe("the pulse of readings", () => {
  it("takes frames of readings and nothing else", () => {
    expect(beaten(NO_PULSE, { tx_id: "a", name: "take" }, NOW)).toBe(NO_PULSE);
    expect(beaten(NO_PULSE, null, NOW)).toBe(NO_PULSE);
    expect([movesNothing(frame("1.0")), movesNothing({ kind: "periods" }), movesNothing({ tx_id: "a" })]).toEqual([true, false, false]);
  });
  it("keeps a minute of rates to draw, and falls to zero when nothing is named", () => {
    let pulse = NO_PULSE;
    for (let i = 0; i < 80; i++) pulse = beaten(pulse, frame(`${i}.5`), NOW + i * 1000);
    expect([pulse.total.length, pulse.total[0], pulse.lines["t_1"]?.at(-1)]).toEqual([60, 20.5, 79.5]);
    pulse = beaten(pulse, silence, NOW);
    expect([pulse.perS, pulse.lines["t_1"]?.at(-1)]).toEqual(["0.0", 0]);
  });
});

describe("what a card shows", () => {
  it("is the answer's rate until a frame comes, then the frame's", () => {
    expect(shownOf(readings, NO_PULSE, NOW)).toMatchObject({ perS: "7.0", state: "live" });
    expect(shownOf(readings, beaten(NO_PULSE, frame("19.8"), NOW), NOW + 1000)).toMatchObject({ perS: "19.8", state: "live", lastAt: "2026-07-15T04:00:00Z" });
  });
  it("is silence when a frame does not name it, and a slow meter's zero of ten seconds is not silence", () => {
    expect(shownOf(readings, beaten(NO_PULSE, silence, NOW), NOW)).toMatchObject({ perS: "0.0", state: "silent" });
    expect(shownOf(readings, beaten(NO_PULSE, frame("0.0", 1), NOW), NOW)).toMatchObject({ perS: "0.0", state: "live" });
  });
  it("is never an old rate as a present one", () => {
    const pulse = beaten(NO_PULSE, frame("19.8"), NOW);
    expect(shownOf(readings, pulse, NOW + 30_000).state).toBe("live");
    expect(shownOf(readings, pulse, NOW + 30_001)).toMatchObject({ perS: null, state: "stale", lastAt: "2026-07-15T04:00:00Z" });
    expect(shownOf({ ...readings, per_s: null }, NO_PULSE, NOW)).toMatchObject({ perS: null, state: "unknown" });
    expect(shownOf(null, pulse, NOW)).toMatchObject({ perS: null, state: "none" });
  });
});
