import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toHex } from "@/lib/canonical";
import { leafHash, merkleRoot } from "@/lib/merkle";

const hash = (...parts: (string | Uint8Array)[]) => {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
};
const ONE = new Uint8Array([1]);

describe("the commitment to figures", () => {
  it("hashes a leaf with its prefix and salt", async () => {
    const salt = new Uint8Array(16).fill(7);
    expect(toHex(await leafHash(salt, '{"a":1}'))).toBe(toHex(hash(new Uint8Array([0]), salt, '{"a":1}')));
  });
  it("takes an odd last node up unchanged", async () => {
    const [a, b, c] = [hash("a"), hash("b"), hash("c")];
    expect(toHex(await merkleRoot([a, b, c]))).toBe(toHex(hash(ONE, hash(ONE, a, b), c)));
  });
  it("gives one leaf as its own root and the hash of nothing for none", async () => {
    expect(toHex(await merkleRoot([hash("a")]))).toBe(toHex(hash("a")));
    expect(toHex(await merkleRoot([]))).toBe(toHex(hash("")));
  });
});
