import { describe, expect, it } from "vitest";
import { recoveryKey } from "@/lib/keys";
import { codeLines, seedOfCode } from "@/lib/recovery";

const SEED = Uint8Array.from({ length: 16 }, (_, i) => i);
// Made by an independent Python reading of the layout.
const LINES = ["000G40R2", "40M30E2R", "09185GRW", "38E1YXA4"];
const FINGERPRINT = "b7b786b82cceb58715476832e339d02bd970450b65429a0db037019e9ec45b58";
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

describe("the recovery code", () => {
  it("prints the lines that Python prints", async () => {
    expect(await codeLines(SEED)).toEqual(LINES);
  });
  it("gives the key that Python derives", async () => {
    expect((await recoveryKey(SEED)).fingerprint).toBe(FINGERPRINT);
  });
  it("reads back what was printed, in lower case, with hyphens and look-alikes", async () => {
    const typed = LINES.join("-").toLowerCase().replaceAll("0", "o").replaceAll("1", "l");
    const found = await seedOfCode(typed);
    expect(found.ok && [...found.value]).toEqual([...SEED]);
  });
  it("names the line of every single wrong character", async () => {
    for (let line = 0; line < 4; line += 1)
      for (let at = 0; at < 8; at += 1)
        for (const wrong of [...ALPHABET].filter((char) => char !== LINES[line]![at])) {
          const typed = LINES.map((text, i) => (i === line ? text.slice(0, at) + wrong + text.slice(at + 1) : text)).join("");
          expect(await seedOfCode(typed)).toEqual({ ok: false, error: { name: "code_line", line } });
        }
  });
  it("refuses a line typed in another line's place, a short code and a foreign character", async () => {
    expect((await seedOfCode([LINES[1], LINES[0], LINES[2], LINES[3]].join(""))).ok).toBe(false);
    expect(await seedOfCode("000G")).toEqual({ ok: false, error: { name: "code_length" } });
    expect(await seedOfCode(LINES.join("").replace("G", "U"))).toEqual({ ok: false, error: { name: "code_character", line: 0 } });
  });
});
