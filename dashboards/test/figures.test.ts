import { expect, test } from "vitest";
import { fromHex, sha256Hex, toHex } from "@/lib/canonical";
import { compared, opens } from "@/lib/figures";
import { leafHash, merkleRoot } from "@/lib/merkle";

const OPENED = [
  { name: "total", value: "271487172114", salt: "00".repeat(16) },
  { name: "subtotal:combustion", value: "271364192622", salt: "11".repeat(16) },
  { name: "line:coal", value: "271325958138", salt: "22".repeat(16) },
];
const SAME = OPENED.map(({ name, value }) => ({ name, grams: value }));
const CONTENT = '{"a":1}';

async function rootOf(figures: typeof OPENED): Promise<string> {
  const leaves = await Promise.all(figures.map((one) => leafHash(fromHex(one.salt), JSON.stringify({ name: one.name, value: one.value }))));
  return toHex(await merkleRoot(leaves));
}

test("four equal hands are equal on every line", () => {
  const rows = compared({ platform: SAME, browser: SAME, trees: SAME, opened: OPENED });
  expect(rows.map((row) => [row.name, row.equal])).toEqual(OPENED.map((one) => [one.name, true]));
});

test.each(["platform", "browser", "trees"] as const)("one gram more on the side of %s is named on its line and nowhere else", (side) => {
  const wrong = SAME.map((one) => (one.name === "line:coal" ? { ...one, grams: "271325958139" } : one));
  const rows = compared({ platform: SAME, browser: SAME, trees: SAME, opened: OPENED, [side]: wrong });
  expect(rows.filter((row) => !row.equal).map((row) => row.name)).toEqual(["line:coal"]);
});

test("a figure that one side lacks, or that only one side has, is a difference", () => {
  const more = [...SAME, { name: "line:oil", grams: "1" }];
  expect(compared({ platform: more, browser: SAME, trees: SAME, opened: OPENED }).filter((row) => !row.equal)).toHaveLength(1);
  expect(compared({ platform: SAME, browser: [], trees: SAME, opened: OPENED }).every((row) => !row.equal)).toBe(true);
});

test("opened figures lead to the root, and a changed one does not", async () => {
  const ledger = { digest: await sha256Hex(CONTENT), root: await rootOf(OPENED) };
  expect(await opens(CONTENT, OPENED, ledger)).toMatchObject({ digest: true, root: true });
  const changed = OPENED.map((one) => (one.name === "total" ? { ...one, value: "1" } : one));
  expect(await opens(CONTENT, changed, ledger)).toMatchObject({ digest: true, root: false });
  expect(await opens(`${CONTENT} `, OPENED, ledger)).toMatchObject({ digest: false, root: true });
});
