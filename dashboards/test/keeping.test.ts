/** Coin in equal parts, lots that can be merged, parameters as they are typed and what a change does. */
import { describe, expect, it } from "vitest";
import type { Lot } from "../src/api/market";
import { carryLimit, changesOf, FIELDS, rangeOf } from "../src/pages/administrator/parameterFields";
import { partsOf } from "../src/pages/enterprise/Coins";
import { lotRuns } from "../src/pages/enterprise/lotRuns";

const lot = (serial_from: number, serial_to: number, changed: Partial<Lot> = {}): Lot => ({
  unit: "CEA", vintage: "2026", serial_from: String(serial_from), serial_to: String(serial_to), quantity: String(serial_to - serial_from + 1),
  state: "free", origin: "iss_1", hold: "", tx_id: "", at: "", ...changed,
});

describe("a split", () => {
  it("keeps the sum, and its last part takes what does not divide", () => {
    expect(partsOf("10", 4)).toEqual(["2", "2", "2", "4"]);
    expect(partsOf("1000001", 2).map(BigInt).reduce((sum, part) => sum + part)).toBe(1_000_001n);
  });
});

describe("lots that can be merged", () => {
  it("follow one another, are free, of one issue and instrument", () => {
    const runs = lotRuns([lot(301, 400), lot(1, 300), lot(401, 500, { state: "listed" }), lot(501, 600), lot(601, 700, { hold: "court" })]);
    expect(runs.map((run) => run.map((each) => each.serial_from))).toEqual([["1", "301"]]);
  });
  it("are none where issue or vintage differs", () => {
    expect(lotRuns([lot(1, 300), lot(301, 400, { origin: "iss_2" })])).toEqual([]);
    expect(lotRuns([lot(1, 300), lot(301, 400, { vintage: "2027" })])).toEqual([]);
  });
});

describe("parameters", () => {
  const { band, weekdays, references, positions, block_min_t, closed_days } = FIELDS.market;
  it("are read back as they are shown", () => {
    expect(band.value(band.text(1000))).toBe(1000);
    expect(weekdays.text([0, 1, 4])).toBe("1, 2, 5");
    expect(weekdays.value("1, 2, 5")).toEqual([0, 1, 4]);
    const prices = [{ instrument: "CEA-2026", price_cents: "7000" }];
    expect(references.value(references.text(prices))).toEqual(prices);
    expect(positions.value("acc_a 50\nacc_b 0")).toEqual([{ account: "acc_a", limit_t: "50" }, { account: "acc_b", limit_t: "0" }]);
    expect(block_min_t.value("")).toBeNull();
    expect(closed_days.value("")).toEqual([]);
  });
  it.each([[band, "0"], [band, "1.001"], [weekdays, "8"], [references, "CEA-2026"], [positions, "acc_a"], [block_min_t, "-1"], [closed_days, "2026-1-1"]] as const)("are refused where they are none", (kind, text) => {
    expect(kind.value(text)).toBeUndefined();
  });
  it("show only what changes", () => {
    expect(changesOf("market", { band: 1000, lot_t: "1" }, { band: 500, lot_t: "1" })).toEqual([{ field: "band", before: "10.00", after: "5.00" }]);
  });
  it("say the range of prices inwards to the tick, as the ledger does", () => {
    expect(rangeOf("7000", 1000, "1")).toEqual({ low: "63.00", high: "77.00" });
    expect(rangeOf("7005", 1000, "10")).toEqual({ low: "63.10", high: "77.00" });
  });
  it("say the limit of carry-over", () => {
    expect(carryLimit(101n, 0n)).toBe(10_151n);
    expect(carryLimit(0n, 50n)).toBe(10_000n);
  });
});
