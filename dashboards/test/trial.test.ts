import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ComputeInput, Guideline } from "@/api/guidelines";
import { added, blank, changed, defaultOf, inForce, periodsOf, regionsOf, removed, sent, typeOf, withRegion } from "@/pages/visitor/trial";

const example = JSON.parse(readFileSync("../accounting/guidelines/ndrc_2013_cement/example.json", "utf8")) as { id: string; input: ComputeInput };

const row = (set: string, item: string, parameter: string, variant: string, value: string) =>
  ({ set, item, parameter, variant, value, unit: "1", valid_from: "2013-10-15", source: "", verified: false });
const guideline: Guideline = {
  id: "g", zh: "指南", en: "Guideline", sector: "cement", regime: "ets", source: "", subtotals: ["process", "electricity"], rule_versions: [], successors: [], example,
  factor_sets: { process: ["p"], grid: ["provincial", "national"] },
  sets: { p: { zh: "", en: "", regions: [] }, provincial: { zh: "", en: "", regions: ["anhui", "hebei"] }, national: { zh: "", en: "", regions: [] } },
  streams: [
    { key: "meal", kind: "process", subtotal: "process", items: [{ id: "raw_meal", zh: "生料", en: "raw meal", variants: ["high_carbon"] }], quantity_units: ["t", "kg"], balance: [], balance_only: false, meterable: true, parameters: [], forms: [], note: "",
      defaults: [row("p", "raw_meal", "nonfuel_carbon", "", "0.001"), row("p", "raw_meal", "nonfuel_carbon", "high_carbon", "0.003")] },
    { key: "grid", kind: "electricity", subtotal: "electricity", items: [{ id: "grid", zh: "电", en: "power", variants: [] }], quantity_units: ["MWh"], balance: ["purchased", "sold"], balance_only: false, meterable: true, parameters: [], forms: [], note: "",
      defaults: [row("provincial", "grid", "grid_factor", "anhui", "0.6553"), row("provincial", "grid", "grid_factor", "hebei", "0.6516"), row("national", "grid", "grid_factor", "", "0.5703")] },
    { key: "loss", kind: "electricity", subtotal: "electricity", items: [{ id: "loss", zh: "损失", en: "loss", variants: [] }], quantity_units: ["MWh"], balance: ["feed_in", "sold"], balance_only: true, meterable: true, parameters: [], forms: [], note: "", defaults: [] },
  ],
};
const [meal, grid, loss] = guideline.streams;

describe("the input of a trial calculation", () => {
  it("begins with the first sets and a region only where the grid set has any", () => {
    const input = blank(guideline, "2026");
    expect(input.factor_sets).toEqual({ process: "p", grid: "provincial" });
    expect(input.region).toBe("anhui");
    const national = withRegion(guideline, { ...input, factor_sets: { ...input.factor_sets, grid: "national" } });
    expect("region" in national).toBe(false);
    expect(regionsOf(guideline, national)).toEqual([]);
    expect(withRegion(guideline, { ...input, region: "hebei" }).region).toBe("hebei");
  });

  it("reads a year, a month, or several months", () => {
    expect(periodsOf("2026")).toBe("2026");
    expect(periodsOf(" 2026-06 ")).toBe("2026-06");
    expect(periodsOf("2026-01，2026-02, 2026-03")).toEqual(["2026-01", "2026-02", "2026-03"]);
    expect(periodsOf("")).toBe("");
  });

  it("gives each stream an id of its own, also after one was removed", () => {
    let input = added(added(blank(guideline, "2026"), meal!, "raw_meal"), grid!, "grid");
    expect(input.streams.map((each) => each.id)).toEqual(["s1", "s2"]);
    input = added(removed(input, "s1"), loss!, "loss");
    expect(new Set(input.streams.map((each) => each.id)).size).toBe(2);
    expect(input.streams[1]!.balance).toEqual({ unit: "MWh" });
    expect(input.streams[1]!.quantity).toBeUndefined();
  });

  it("names a month for each stream where there are several", () => {
    const input = added({ ...blank(guideline, ""), period: ["2026-01", "2026-02"] }, meal!, "raw_meal");
    expect(input.streams[0]!.period).toBe("2026-01");
  });

  it("sends nothing that nobody typed, so that defaults stand", () => {
    let input = added(blank(guideline, "2026"), meal!, "raw_meal");
    input = changed(input, "s1", (old) => ({ ...old, variant: "", parameters: { nonfuel_carbon: { value: "", unit: "1", source: "measured" } } }));
    expect(sent(input).streams[0]).toEqual({ id: "s1", kind: "process", item: "raw_meal", parameters: {} });
    input = changed(input, "s1", (old) => ({ ...old, quantity: { value: "5", unit: "t" }, variant: "high_carbon" }));
    expect(sent(input).streams[0]).toEqual({ id: "s1", kind: "process", item: "raw_meal", variant: "high_carbon", quantity: { value: "5", unit: "t" }, parameters: {} });
  });

  it("keeps a balance's unit and drops its empty fields; keeps what is calculated from residues", () => {
    let input = added(blank(guideline, "2026"), grid!, "grid");
    const from = { unit: "1", source: "calculated", from: ["s3"] };
    input = changed(input, "s1", ({ quantity: _, ...old }) => ({ ...old, balance: { unit: "MWh", purchased: "7", sold: "" }, parameters: { oxidation: from } }));
    expect(sent(input).streams[0]!.balance).toEqual({ unit: "MWh", purchased: "7" });
    expect(sent(input).streams[0]!.parameters).toEqual({ oxidation: from });
  });

  it("shows the default of the chosen set, region and variant", () => {
    const input = added(added(blank(guideline, "2026"), meal!, "raw_meal"), grid!, "grid");
    const [first, second] = input.streams;
    expect(defaultOf(guideline, input, first!, "nonfuel_carbon")?.value).toBe("0.001");
    expect(defaultOf(guideline, input, { ...first!, variant: "high_carbon" }, "nonfuel_carbon")?.value).toBe("0.003");
    expect(defaultOf(guideline, input, second!, "grid_factor")?.value).toBe("0.6553");
    expect(defaultOf(guideline, { ...input, region: "hebei" }, second!, "grid_factor")?.value).toBe("0.6516");
    const national = { ...input, factor_sets: { ...input.factor_sets, grid: "national" } };
    expect(defaultOf(guideline, national, second!, "grid_factor")?.value).toBe("0.5703");
    expect(defaultOf(guideline, input, first!, "ncv")).toBeUndefined();
    expect(typeOf(guideline, { ...first!, item: "nothing" })).toBeUndefined();
  });

  it("sends a worked example as it stands", () => {
    expect(sent(example.input)).toEqual(example.input);
  });
});

describe("a published factor set", () => {
  const two: Guideline = { ...guideline, successors: [
    { set: "p-r2", succeeds: "p", since: "2026-04", digest: "" }, { set: "p-r3", succeeds: "p-r2", since: "2026-10", digest: "" },
  ] };
  const process = (period: string | string[], set = "p") => inForce(two, { ...blank(two, "2026"), period, factor_sets: { process: set } }).factor_sets["process"];

  it("counts from its month on, and a year goes by its end", () => {
    expect(["2026-03", "2026-04", "2026-09", "2026-10", "2025", "2026"].map((period) => process(period))).toEqual(["p", "p-r2", "p-r2", "p-r3", "p", "p-r3"]);
    expect(process(["2026-03", "2026-10"])).toBe("p");
  });

  it("gives way again to the one before when the month is an earlier one", () => {
    expect(process("2026-03", "p-r3")).toBe("p");
  });
});
