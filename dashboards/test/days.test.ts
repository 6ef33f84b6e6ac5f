import { describe, expect, it } from "vitest";
import { dayAfter, daysBetween, knownOn } from "../src/lib/days";

describe("calendar days", () => {
  it.each([["2026-07-15", "2026-07-15", 0], ["2026-06-30", "2026-07-01", 1], ["2024-02-28", "2024-03-01", 2], ["2026-01-01", "2025-12-31", -1]])("from %s to %s are %d", (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
    expect(dayAfter(from, days)).toBe(to);
  });
});

describe("what was known on a day", () => {
  const rows = [{ day: "2026-07-15" }, { day: "2026-07-18" }];
  it("is the last change at or before it", () => {
    expect(knownOn(rows, "2026-07-15")).toBe(rows[0]);
    expect(knownOn(rows, "2026-07-17")).toBe(rows[0]);
    expect(knownOn(rows, "2026-12-31")).toBe(rows[1]);
  });
  it("is nothing before the first", () => expect(knownOn(rows, "2026-07-14")).toBeUndefined());
});
