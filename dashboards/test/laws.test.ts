/** A plant's laws of physics as they are put together on the page. */
import { describe, expect, it } from "vitest";
import { fits, isWhole, withLaw, withMeterOf, withoutLaw } from "@/pages/enterprise/laws";

const meters = [{ slug: "coal-a", unit: "t" }, { slug: "coal-b", unit: "kg" }, { slug: "gen", unit: "MWh" }, { slug: "aux", unit: "MWh" }];

describe("a plant's laws", () => {
  it("have an id of their own each, also after one was taken away", () => {
    const two = withLaw(withLaw([], "heat"), "heat");
    expect(two.map((law) => law.slug)).toEqual(["heat-1", "heat-2"]);
    expect(withLaw(withoutLaw(two, "heat-1"), "heat").map((law) => law.slug)).toEqual(["heat-2", "heat-1"]);
  });
  it("are whole when both sides of each have meters", () => {
    const one = withMeterOf(withLaw([], "heat"), "heat-1", "left", "coal-a", true);
    expect(isWhole(one)).toBe(false);
    const whole = withMeterOf(one, "heat-1", "right", "gen", true);
    expect(isWhole(whole)).toBe(true);
    expect(withMeterOf(whole, "heat-1", "left", "coal-a", false)[0]!.left).toEqual([]);
    expect(isWhole([])).toBe(true);
  });
  it("take meters whose units add up, none twice, and one unit for parts and their whole", () => {
    const heat = { slug: "h", kind: "heat", left: ["coal-a"], right: [] };
    const may = (law: typeof heat, side: "left" | "right") => meters.filter((meter) => fits(law, side, meter, meters)).map((meter) => meter.slug);
    expect(may(heat, "left")).toEqual(["coal-a", "coal-b"]);
    expect(may(heat, "right")).toEqual(["coal-b", "gen", "aux"]);
    expect(may({ slug: "s", kind: "submeters", left: ["aux"], right: [] }, "right")).toEqual(["gen"]);
  });
});
