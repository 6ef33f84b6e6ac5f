import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compounds } from "../src/lib/compounds";

const guidelines = join(import.meta.dirname, "../../accounting/guidelines");

describe("compounds", () => {
  it.each([
    ["C2F6 与 CF4 排放因子之比", "C₂F₆ 与 CF₄ 排放因子之比"],
    ["ratio of C2F6 to CF4", "ratio of C₂F₆ to CF₄"],
    ["0.11 tCO2/GJ, tCO2e", "0.11 tCO₂/GJ, tCO₂e"],
    ["CaMg(CO3)2 and SF6; N2O", "CaMg(CO₃)₂ and SF₆; N₂O"],
    ["P2, B747, CETS-AG-02.01, 1e4Nm3, MEE 2024, s4", "P2, B747, CETS-AG-02.01, 1e4Nm3, MEE 2024, s4"],
  ])("of %s", (given, shown) => expect(compounds(given)).toBe(shown));

  it("leave no gas of a course without its subscript", () => {
    const texts = readdirSync(guidelines, { recursive: true, encoding: "utf8" }).filter((name) => /(guide\.(zh|en)\.md|course\.toml)$/.test(name)).map((name) => compounds(readFileSync(join(guidelines, name), "utf8")));
    expect(texts.length).toBeGreaterThan(30);
    expect(texts.flatMap((text) => text.match(/(?<![A-Za-z])(C2F6|CF4|SF6|CO2|N2O|CaCO3|MgCO3)(?![A-Za-z0-9])/g) ?? [])).toEqual([]);
  });
});
