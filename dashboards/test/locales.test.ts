/** The texts of the areas are merged into one dictionary: an area must not silently replace another's words. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { zh } from "../src/locales/zh";

const locales = join(import.meta.dirname, "../src/locales");
const services = join(import.meta.dirname, "../../accounting/services");

/** The outermost keys of one area, read from its source: the merged dictionary no longer knows them. */
function keysOf(language: string, file: string): string[] {
  return [...readFileSync(join(locales, language, file), "utf8").matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]!);
}

describe("the areas of the dictionary", () => {
  it.each(["zh", "en"])("share no outermost key in %s", (language) => {
    const keys = readdirSync(join(locales, language)).filter((file) => file !== "index.ts").flatMap((file) => keysOf(language, file));
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });
});

describe("a period's history", () => {
  const acts = readdirSync(services).filter((file) => file.endsWith(".py")).flatMap((file) => {
    const text = readFileSync(join(services, file), "utf8");
    return [...text.matchAll(/act="(\w+)"|states\.note\(\s*\w+, "(\w+)"/g)].map((match) => match[1] ?? match[2]!);
  });
  it("has acts", () => expect(new Set(acts).size).toBeGreaterThan(12));
  it.each([...new Set(acts)])("says %s in words", (act) => expect(zh.periodActs).toHaveProperty(act));
});
