import { describe, expect, it } from "vitest";
import { namesOf } from "@/api/factorSets";
import { blankRow, inForce, keyOf, wishOf } from "@/pages/administrator/factorDraft";

const row = (valid_from: string, value: string, variant = "") => ({ item: "grid", parameter: "grid_factor", variant, value, unit: "tCO2/MWh", valid_from, source: "s", clause: "c", verified: true });

describe("a drafted factor set", () => {
  it("shows of each factor the value that holds in the month", () => {
    const rows = [row("2021-01-01", "0.58"), row("2022-01-01", "0.57"), row("2026-10-01", "0.53"), row("2020-01-01", "0.9", "north")];
    expect(inForce(rows, "2022-06").map((each) => each.value)).toEqual(["0.57", "0.9"]);
    expect(inForce(rows, "2021-12").map((each) => each.value)).toEqual(["0.58", "0.9"]);
    expect(inForce(rows, "").map((each) => each.value)).toEqual(["0.53", "0.9"]);
  });

  it("sends what was typed as text, and no row that nobody touched", () => {
    const typed = { ...blankRow(), key: keyOf(row("x", "1", "north")), value: " 0.5 ", unit: "tCO2/MWh", source: "s", clause: "c", verified: true };
    expect(wishOf("set", "2026-10", [typed, blankRow()])).toEqual({
      succeeds: "set", since: "2026-10",
      rows: [{ item: "grid", parameter: "grid_factor", variant: "north", value: "0.5", unit: "tCO2/MWh", source: "s", clause: "c", verified: true }],
    });
  });

  it("names items as the guidelines do", () => {
    expect(namesOf({ items: [{ id: "grid", zh: "购电", en: "Grid power" }] })["grid"]?.zh).toBe("购电");
  });
});
