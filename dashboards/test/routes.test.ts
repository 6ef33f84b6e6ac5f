/** Every address that the pages ask for is a route of the published description: a renamed route fails here. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../src");
const schema = readFileSync(join(root, "api/schema.d.ts"), "utf8");
const routes = [...schema.matchAll(/^ {4}"(\/api\/v1\/[^"]*)": \{/gm)].map((match) => match[1]!.slice("/api/v1/".length));

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]));
}

/** `periods/${id}/signing/` and `periods/{period_id}/signing/` are the same address. */
const shape = (path: string) => path.replace(/\$\{[^}]+\}|\{[^}]+\}/g, "*");

const asked = filesUnder(root)
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".gen.ts") && !file.endsWith("schema.d.ts"))
  .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/(?:get|post|ask|useList)(?:<[^()]*>)?\((?:"(?:GET|POST|DELETE)", )?["`]([a-z][a-zA-Z0-9/${}().\-~]*\/)["`]/g)].map((match) => match[1]!));

describe("the addresses that pages ask for", () => {
  it("are many", () => expect(new Set(asked).size).toBeGreaterThan(40));
  it.each([...new Set(asked)])("%s is a route of the API", (path) => {
    const wanted = shape(path);
    // What stands in ${...} may itself be one of a few words, such as submission or withdrawal.
    const matching = new RegExp(`^${wanted.replaceAll("*", "[^/]+")}$`);
    expect(routes.map(shape).some((route) => route === wanted || matching.test(route))).toBe(true);
  });
});
