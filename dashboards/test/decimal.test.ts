import { describe, expect, it } from "vitest";
import { formatted, major, minor, minus, percent, rounded, total } from "@/lib/decimal";

describe("decimal text", () => {
  it.each([
    ["1042378.25", 1, "1,042,378.3"], ["-0.04", 1, "0.0"], ["-1234.5", 0, "\u22121,235"], ["0.5", 0, "1"],
    ["999.9995", 3, "1,000.000"], ["007", 0, "7"], ["12345678901234567890.123456", 3, "12,345,678,901,234,567,890.123"],
    ["5", 3, "5.000"], ["100", undefined, "100"], ["1000.50", undefined, "1,000.50"],
  ])("shows %s with %s places as %s", (text, places, shown) => {
    expect(formatted(text, places as number | undefined)).toBe(shown);
  });
  it("shows a missing figure as a dash, never as nought", () => {
    expect(formatted(null)).toBe("—");
    expect(formatted(undefined, 2)).toBe("—");
    expect(formatted("")).toBe("—");
  });
  it("leaves alone what is no decimal", () => {
    expect(formatted("n/a", 2)).toBe("n/a");
    expect(rounded("1e5", 2)).toBeNull();
    expect(rounded("NaN", 2)).toBeNull();
  });
  it("turns text into whole smallest units and back", () => {
    expect(minor("70.50", 2)).toBe(7050n);
    expect(minor("70.505", 2)).toBeNull();
    expect(minor("-3", 2)).toBe(-300n);
    expect(minor("", 2)).toBeNull();
    expect(major(7050n, 2)).toBe("70.50");
    expect(major("-5", 2)).toBe("-0.05");
    expect(major(12n, 0)).toBe("12");
  });
  it("adds and subtracts exactly where floats would not", () => {
    expect(total(["0.1", "0.2", "1000000000000.7"])).toBe("1000000000001.0");
    expect(minus("0.3", "0.1")).toBe("0.2");
    expect(minus("1", "2.5")).toBe("-1.5");
    expect(minus("x", "1")).toBeNull();
  });
  it("gives percentages with one decimal, half up", () => {
    expect(percent("1", "3")).toBe("33.3");
    expect(percent("2", "3")).toBe("66.7");
    expect(percent("1", "800")).toBe("0.1");
    expect(percent("1", "0")).toBeNull();
    expect(percent("-1", "2")).toBe("-50.0");
  });
});
