/**
 * The recovery code: a 128-bit seed printed as four lines of eight Crockford characters, each line with its own
 * check, the whole with a 12-bit hash. The key it gives may only bind and unbind keys.
 */
import { fromHex, toBase64Url } from "./canonical";
import { no, ok, type Result } from "./result";

type Bytes = Uint8Array<ArrayBuffer>;
export type CodeRefusal = { name: "code_length" | "code_character" | "code_line" | "code_hash"; line?: number };

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TAG = new TextEncoder().encode("tanheng-recovery-1");
const LINES = 4;
const PER_LINE = 7;

// GF(32) with x^5+x^2+1; a = 2 generates the multiplicative group.
const POWER: number[] = [1];
for (let i = 1; i < 31; i += 1) {
  const doubled = POWER[i - 1]! << 1;
  POWER.push(doubled & 32 ? (doubled ^ 0b100101) & 31 : doubled);
}
const LOG = new Map(POWER.map((value, exponent) => [value, exponent]));

function times(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return POWER[(LOG.get(a)! + LOG.get(b)!) % 31]!;
}

function lineCheck(line: number, values: readonly number[]): number {
  return values.reduce((sum, value, i) => sum ^ times(POWER[i + 1]!, value), times(POWER[8]!, line + 1));
}

async function seedHash(seed: Bytes): Promise<number> {
  const joined = new Uint8Array(TAG.length + seed.length);
  joined.set(TAG);
  joined.set(seed, TAG.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
  return (digest[0]! << 4) | (digest[1]! >> 4);
}

/** The printed code of a 16-byte seed: four lines of eight characters. */
export async function codeLines(seed: Bytes): Promise<string[]> {
  const bits = Array.from(seed, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const all = bits + (await seedHash(seed)).toString(2).padStart(12, "0");
  const symbols = all.match(/.{5}/g)!.map((five) => Number.parseInt(five, 2));
  return Array.from({ length: LINES }, (_, line) => {
    const values = symbols.slice(line * PER_LINE, (line + 1) * PER_LINE);
    return [...values, lineCheck(line, values)].map((value) => ALPHABET[value]).join("");
  });
}

/** The 16-byte seed of a typed code; says which line (0-3) is wrong. */
export async function seedOfCode(text: string): Promise<Result<Bytes, CodeRefusal>> {
  const typed = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (typed.length !== LINES * (PER_LINE + 1)) return no({ name: "code_length" });
  const symbols = Array.from(typed, (char) => ALPHABET.indexOf(char));
  const bad = symbols.indexOf(-1);
  if (bad >= 0) return no({ name: "code_character", line: Math.floor(bad / 8) });
  const data: number[] = [];
  for (let line = 0; line < LINES; line += 1) {
    const values = symbols.slice(line * 8, line * 8 + PER_LINE);
    if (lineCheck(line, values) !== symbols[line * 8 + PER_LINE]) return no({ name: "code_line", line });
    data.push(...values);
  }
  const bits = data.map((value) => value.toString(2).padStart(5, "0")).join("");
  const seed = Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2));
  if ((await seedHash(seed)) !== Number.parseInt(bits.slice(128), 2)) return no({ name: "code_hash" });
  return ok(seed);
}

/** The signing key of a seed as a private JWK. Loads the curve library on demand: only here is a point computed. */
export async function recoveryJwk(seed: Bytes): Promise<JsonWebKey> {
  const { p256 } = await import("@noble/curves/nist.js");
  const secret = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode("P-256 ECDSA");
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: TAG, info }, secret, 48 * 8);
  const order = p256.Point.Fn.ORDER;
  const okm = Array.from(new Uint8Array(bits), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const d = (BigInt(`0x${okm}`) % (order - 1n)) + 1n;
  const scalar = fromHex(d.toString(16).padStart(64, "0"));
  const point = p256.getPublicKey(scalar, false);
  const part = (from: number, to: number) => toBase64Url(point.slice(from, to));
  return { kty: "EC", crv: "P-256", d: toBase64Url(scalar), x: part(1, 33), y: part(33, 65) };
}
