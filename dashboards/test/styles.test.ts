/** A class that a page uses is styled by a sheet that comes with that page: a rule of another page's sheet is there
 * only for who went there first. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../src");
const text = (file: string) => readFileSync(file, "utf8");

function filesUnder(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name)).flatMap((file) => (statSync(file).isDirectory() ? filesUnder(file) : [file]));
}

const sheets = new Map(filesUnder(root).filter((file) => file.endsWith(".css")).map((file) => [file, new Set([...text(file).matchAll(/\.([a-zA-Z][\w-]*)/g)].map((match) => match[1]!))]));

function resolved(from: string, named: string): string | undefined {
  const base = named.startsWith("@/") ? join(root, named.slice(2)) : named.startsWith(".") ? join(dirname(from), named) : "";
  return base ? [base, `${base}.tsx`, `${base}.ts`].find((file) => existsSync(file) && statSync(file).isFile()) : undefined;
}

/** The file and all that come with it: what is imported as it is loaded, not what is loaded later. */
function together(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (file.endsWith(".css")) return seen;
  for (const match of text(file).matchAll(/^(?:import|export)\s+(?:[^"';]*?from\s+)?"([^"]+)"/gm)) {
    const found = resolved(file, match[1]!);
    if (found) together(found, seen);
  }
  return seen;
}

const later = filesUnder(root).filter((file) => /\.tsx?$/.test(file)).flatMap((file) => [...text(file).matchAll(/import\("([^"]+)"\)/g)].map((match) => resolved(file, match[1]!)).filter((found) => found !== undefined));
const main = together(join(root, "main.tsx"));
const pages = [...new Set(later)].filter((file) => file.endsWith(".tsx"));

function unstyled(page: string): string[] {
  const files = [...together(page), ...main];
  const styled = new Set(files.flatMap((file) => [...(sheets.get(file) ?? [])]));
  const used = files.filter((file) => file.endsWith(".tsx")).flatMap((file) => [...text(file).matchAll(/className="([^"]+)"/g)].flatMap((match) => match[1]!.split(/\s+/)));
  return [...new Set(used)].filter((name) => !styled.has(name));
}

describe("the sheets of each page", () => {
  it("are looked at for every page", () => expect(pages.length).toBeGreaterThan(40));
  it.each(pages.map((page) => [relative(root, page), page]))("%s brings a rule for each of its classes", (_name, page) => expect(unstyled(page)).toEqual([]));
});
