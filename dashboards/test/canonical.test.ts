import { describe, expect, it } from "vitest";
import { canonical, fromBase64Url, sha256Hex, toBase64Url } from "@/lib/canonical";

const text = (value: unknown) => {
  const found = canonical(value);
  return found.ok ? found.value : `refused: ${found.error}`;
};

describe("canonical JSON", () => {
  it("sorts keys and leaves no white space", () => {
    expect(text({ b: [1, true, null], a: "碳" })).toBe('{"a":"碳","b":[1,true,null]}');
  });
  it.each([
    [1.5, "not_integer"], [2 ** 53, "not_integer"], [Number.NaN, "not_integer"], [-0, "not_integer"],
    ["\ud83c", "lone_surrogate"], [{ "A": 1 }, "bad_key"], [{ "1": 1 }, "bad_key"], [{ "键": 1 }, "bad_key"],
    [undefined, "bad_type"], [{ a: undefined }, "bad_type"], [10n, "bad_type"], [{ "a\n": 1 }, "bad_key"],
  ])("refuses %s as %s", (value, reason) => {
    expect(text(value)).toBe(`refused: ${reason}`);
  });
  it("escapes only what JSON must escape", () => {
    expect(text("\b\t\n\f\r\"\\\u0001/\u2028é")).toBe('"\\b\\t\\n\\f\\r\\"\\\\\\u0001/\u2028é"');
  });
  it("gives the SHA-256 of the text", async () => {
    expect(await sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
  it("writes base64url without padding and reads it back", () => {
    const bytes = new Uint8Array([251, 255, 254, 1]);
    expect(toBase64Url(bytes)).toBe("-__-AQ");
    expect([...fromBase64Url("-__-AQ")]).toEqual([...bytes]);
  });
});
