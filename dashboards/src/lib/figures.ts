/** A report's figures from four hands: the platform's, this browser's, its formula trees', and what the ledger commits to. */
import { fromHex, sha256Hex, toHex } from "./canonical";
import { leafHash, merkleRoot } from "./merkle";

export interface Figure {
  name: string;
  grams: string;
}

/** A figure as the report opens it: its amount and the salt of its leaf. */
export interface Opened {
  name: string;
  value: string;
  salt: string;
}

export interface Compared {
  name: string;
  platform: string | null;
  browser: string | null;
  trees: string | null;
  opened: string | null;
  equal: boolean;
}

/** Line by line, every name that any of the four has; equal only where all four have the same grams. */
export function compared(sides: { platform: readonly Figure[]; browser: readonly Figure[]; trees: readonly Figure[]; opened: readonly Opened[] }): Compared[] {
  const maps = {
    platform: byName(sides.platform), browser: byName(sides.browser), trees: byName(sides.trees),
    opened: new Map(sides.opened.map((one) => [one.name, one.value])),
  };
  const names = new Set([...maps.opened.keys(), ...maps.platform.keys(), ...maps.browser.keys(), ...maps.trees.keys()]);
  return [...names].map((name) => {
    const row = { platform: maps.platform.get(name) ?? null, browser: maps.browser.get(name) ?? null, trees: maps.trees.get(name) ?? null, opened: maps.opened.get(name) ?? null };
    return { name, ...row, equal: row.opened !== null && [row.platform, row.browser, row.trees].every((value) => value === row.opened) };
  });
}

function byName(figures: readonly Figure[]): Map<string, string> {
  return new Map(figures.map((one) => [one.name, one.grams]));
}

export interface Commitment {
  digest: string;
  root: string;
}

/** Whether the text is the one the ledger has the digest of, and its opened figures lead to the ledger's root. */
export async function opens(content: string, figures: readonly Opened[], ledger: Commitment): Promise<{ digest: boolean; root: boolean; computedRoot: string }> {
  const leaves = await Promise.all(figures.map((one) => leafHash(fromHex(one.salt), figureText(one))));
  const computedRoot = toHex(await merkleRoot(leaves));
  return { digest: (await sha256Hex(content)) === ledger.digest, root: computedRoot === ledger.root, computedRoot };
}

/** Canonical JSON of a figure, as the leaf commits to it. */
function figureText(figure: Opened): string {
  return `{"name":${JSON.stringify(figure.name)},"value":${JSON.stringify(figure.value)}}`;
}
