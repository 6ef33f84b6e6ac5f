/**
 * Sealed box on P-256 (ECIES): 0x01 | ephemeral point (65) | ciphertext | GCM tag (16).
 * The key and nonce come from HKDF over the shared X coordinate; each box has its own ephemeral key.
 */
import { no, ok, type Result } from "./result";

type Bytes = Uint8Array<ArrayBuffer>;
export type BoxRefusal = "box_too_short" | "box_version" | "box_point" | "box_not_for_this_key";

const POINT = 65;
const TAG = 16;
const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

function concat(...parts: Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

async function boxKey(shared: Bytes, ephemeral: Bytes, recipient: Bytes, context: Bytes, use: "encrypt" | "decrypt") {
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const info = concat(utf8("tanheng/ecies/1"), new Uint8Array(1), context);
  const salt = concat(ephemeral, recipient);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, secret, 44 * 8);
  const okm = new Uint8Array(bits);
  const key = await crypto.subtle.importKey("raw", okm.slice(0, 32), "AES-GCM", false, [use]);
  return { key, iv: okm.slice(32) };
}

const importPoint = (point: Bytes) => crypto.subtle.importKey("raw", point, CURVE, true, []);

async function agreed(privateKey: CryptoKey, point: Bytes): Promise<Bytes> {
  const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: await importPoint(point) }, privateKey, 256);
  return new Uint8Array(bits);
}

/** Seals text to the recipient's uncompressed point (65 bytes) under the context. */
export async function seal(recipient: Bytes, plaintext: string, context: string): Promise<Bytes> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const aad = utf8(context);
  const { key, iv } = await boxKey(await agreed(pair.privateKey, recipient), ephemeral, recipient, aad, "encrypt");
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: aad }, key, utf8(plaintext));
  return concat(new Uint8Array([1]), ephemeral, new Uint8Array(body));
}

/** Opens a box with the recipient's private key; `recipient` is the point of the same key. */
export async function open(
  privateKey: CryptoKey,
  recipient: Bytes,
  box: Bytes,
  context: string,
): Promise<Result<string, BoxRefusal>> {
  if (box.length < 1 + POINT + TAG) return no("box_too_short");
  if (box[0] !== 1) return no("box_version");
  const ephemeral = box.slice(1, 1 + POINT);
  if (ephemeral[0] !== 4) return no("box_point");
  const aad = utf8(context);
  let shared: Bytes;
  try {
    shared = await agreed(privateKey, ephemeral);
  } catch {
    return no("box_point");
  }
  const { key, iv } = await boxKey(shared, ephemeral, recipient, aad, "decrypt");
  try {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: aad }, key, box.slice(1 + POINT));
    return ok(new TextDecoder().decode(text));
  } catch {
    return no("box_not_for_this_key");
  }
}
