import { expect, test } from "vitest";
import { blocks, stepFor, strongParts } from "@/lib/guide";

const words = { zh: "", en: "" };
const step = (key: string, streams: string[], fields: string[], about: string[] = []) => ({ key, title: words, text: words, streams, fields, example: false, about, marked: [] });
const COURSE = {
  steps: [step("boundary", [], []), step("fuel_amount", ["fuel"], ["quantity", "balance"]), step("fuel_factors", ["fuel"], ["ncv"]), step("clinker", ["clinker"], ["quantity", "cao"]), step("evidence", [], [], ["evidence_missing", "file_runs"])],
  streams: [{ key: "fuel", kind: "fuel", items: ["coal", "diesel"] }, { key: "clinker", kind: "process", items: ["clinker", "kiln_dust"] }],
};

test.each([
  [{ stream: "fuel/coal", field: "ncv" }, "fuel_factors"],
  [{ stream: "fuel/coal", field: "balance.sold" }, "fuel_amount"],
  [{ stream: "process/kiln_dust", field: "cao" }, "clinker"],
  [{ stream: "process/kiln_dust", field: "" }, "clinker"],
  [{ stream: "fuel/coal", field: "unheard" }, "fuel_amount"],
  [{ stream: "", field: "ncv" }, "fuel_factors"],
  [{ stream: "nowhere/at_all", field: "" }, "boundary"],
  [{ step: "clinker", stream: "fuel/coal" }, "clinker"],
  [{ stream: "fuel/coal", field: "second" }, "fuel_amount"],
  [{ stream: "fuel/coal", field: "coal.balance.sold" }, "fuel_amount"],
  [{ stream: "fuel/coal", field: "quantity", about: "evidence_missing" }, "evidence"],
  [{ about: "file_runs" }, "evidence"],
  [{ stream: "fuel/coal", field: "ncv", about: "far_from_default" }, "fuel_factors"],
  [{ step: "gone", stream: "fuel/coal" }, "fuel_amount"],
])("%o leads to %s", (asked, key) => {
  expect(stepFor(COURSE, asked)?.key).toBe(key);
});

test("paragraphs, lists and tables are told apart, also where a list follows its sentence at once", () => {
  const found = blocks("One.\nStill one.\n\nTwo:\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\nEnd.");
  expect(found.map((one) => one.kind)).toEqual(["text", "text", "list", "table", "text"]);
  expect(found[2]).toEqual({ kind: "list", items: ["a", "b"] });
  expect(found[3]).toEqual({ kind: "table", head: ["x", "y"], rows: [["1", "2"]] });
  expect(strongParts("a **b** c")).toEqual(["a ", "b", " c"]);
});
