/** A plant's model as it is put together on the page: what is sent is what the server takes. */
import { describe, expect, it } from "vitest";
import type { Guideline, StreamType } from "@/api/guidelines";
import { isLess } from "@/lib/decimal";
import { blankModel, targetsOf, withChanged, withMeter, withoutStream, withRegionOf, withStream } from "@/pages/enterprise/model";

const fuel: StreamType = {
  key: "fuel", kind: "fuel", subtotal: "combustion", items: [{ id: "coal", zh: "煤", en: "coal", variants: [] }], quantity_units: ["t", "kg"], balance: ["purchased", "sold"],
  balance_only: false, meterable: true, parameters: [], forms: [], defaults: [], note: "",
};
const guideline: Guideline = {
  id: "g", zh: "指南", en: "guide", sector: "cement", regime: "ets", source: "s", factor_sets: { fuel: ["f"], grid: ["provincial", "national"] },
  sets: { f: { zh: "f", en: "f", regions: [] }, provincial: { zh: "p", en: "p", regions: ["anhui", "henan"] }, national: { zh: "n", en: "n", regions: [] } },
  rule_versions: [], successors: [], subtotals: ["combustion"], streams: [fuel], example: { id: "E", input: { guideline: "g", factor_sets: {}, period: "2026", entity: "", streams: [] } },
};

describe("a plant's model", () => {
  it("starts with the usual sets and the plant's region where the grid set knows it", () => {
    expect(blankModel(guideline, "henan")).toEqual({ guideline: "g", region: "henan", factor_sets: { fuel: "f", grid: "provincial" }, streams: [] });
    expect(blankModel(guideline, "atlantis").region).toBe("anhui");
    expect(withRegionOf(guideline, { ...blankModel(guideline, "henan"), factor_sets: { fuel: "f", grid: "national" } }).region).toBe("");
  });
  it("gives each stream an id of its own", () => {
    const twice = withStream(withStream(blankModel(guideline, ""), fuel, "coal"), fuel, "coal");
    expect(twice.streams.map((stream) => stream.slug)).toEqual(["coal", "coal-2"]);
    expect(withoutStream(twice, "coal").streams.map((stream) => stream.slug)).toEqual(["coal-2"]);
    expect(withChanged(twice, "coal", { unit: "kg" }).streams.map((stream) => stream.unit)).toEqual(["kg", "t"]);
  });
  it("binds meters by what they feed and leaves no empty target", () => {
    const bound = withMeter(withMeter({}, "quantity", "a", true), "quantity", "b", true);
    expect(bound).toEqual({ quantity: ["a", "b"] });
    expect(withMeter(withMeter(bound, "quantity", "a", false), "quantity", "b", false)).toEqual({});
    expect(targetsOf(fuel)).toEqual(["quantity", "balance.purchased", "balance.sold"]);
  });
});

describe("comparing decimal text", () => {
  it.each([["1.9", "1.995", true], ["2", "2.0", false], ["-3", "-2.5", true], ["10", "9.99", false], ["x", "1", false]])("%s < %s is %s", (a, b, less) => expect(isLess(a, b)).toBe(less));
});
