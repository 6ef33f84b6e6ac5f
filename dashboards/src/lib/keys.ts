/**
 * The person's keys in this browser: made here or read from a key file, never extractable once kept.
 * Two P-256 pairs, because a WebCrypto key has one use: one signs, one opens sealed boxes.
 */
import { fromBase64Url, sha256Hex, toBase64Url } from "./canonical";
import { forget, keep, kept, type StoredKey, type StoredPerson } from "./keystore";
import { recoveryJwk } from "./recovery";
import { no, ok, type Result } from "./result";

type Bytes = Uint8Array<ArrayBuffer>;
export type { StoredKey, StoredPerson };
export { forget, kept };

export type FileRefusal =
  | "file_no_pem" | "file_sec1" | "file_encrypted" | "file_public" | "file_certificate" | "file_too_big"
  | "file_not_p256" | "file_not_bound";
export type KeyState = "insecure" | "no_key" | "not_bound" | "may_be_cleared" | "ready";
export interface BoundKey {
  fingerprint: string;
  use: string;
  /** "bound" or "unbound": the ledger keeps a key's row after its end. */
  status: string;
}

const SIGN = { name: "ECDSA", namedCurve: "P-256" } as const;
const AGREE = { name: "ECDH", namedCurve: "P-256" } as const;
const SPKI_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
// A key file holds two short PEM blocks; anything longer is another file dropped by mistake.
const FILE_LIMIT = 16 * 1024;

/** Whether this page may sign at all: browsers withhold WebCrypto from plain http but on localhost. */
export function secureEnough(): boolean {
  return typeof crypto !== "undefined" && crypto.subtle !== undefined && typeof indexedDB !== "undefined";
}

/** Which of the states of this device holds, given what is kept here and what is bound on the ledger. */
export function keyState(stored: StoredPerson | null, bound: readonly BoundKey[], persisted: boolean): KeyState {
  if (!secureEnough()) return "insecure";
  if (!stored) return "no_key";
  const binds = bound.some((key) => key.fingerprint === stored.sign.fingerprint && key.use === "sign" && key.status === "bound");
  if (!binds) return "not_bound";
  return persisted || stored.source === "file" ? "ready" : "may_be_cleared";
}

/** Asks the browser not to evict the keys; called inside the click that makes them. */
export async function askToPersist(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}

export async function isPersisted(): Promise<boolean> {
  return (await navigator.storage?.persisted?.()) ?? false;
}

async function described(pair: CryptoKeyPair): Promise<StoredKey> {
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return { key: pair.privateKey, spki, fingerprint: await sha256Hex(spki) };
}

/** A fresh device key: a signing and a decrypting pair, not extractable, not kept yet. */
export async function makeDeviceKeys(person: string): Promise<StoredPerson> {
  const sign = await described(await crypto.subtle.generateKey(SIGN, false, ["sign"]) as CryptoKeyPair);
  const decrypt = await described(await crypto.subtle.generateKey(AGREE, false, ["deriveBits"]) as CryptoKeyPair);
  return { person, source: "device", sign, decrypt, created_at: new Date().toISOString() };
}

export async function keepKeys(record: StoredPerson): Promise<void> {
  await keep(record);
}

/** The recovery key of a 16-byte seed, not extractable; it may only bind and unbind. */
export async function recoveryKey(seed: Bytes): Promise<StoredKey> {
  const jwk = await recoveryJwk(seed);
  const key = await crypto.subtle.importKey("jwk", jwk, SIGN, false, ["sign"]);
  const spki = spkiOf(jwk);
  return { key, spki, fingerprint: await sha256Hex(spki) };
}

function spkiOf(jwk: JsonWebKey): Bytes {
  const hex = (part: string | undefined) =>
    Array.from(fromBase64Url(part ?? ""), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = `${SPKI_PREFIX}04${hex(jwk.x)}${hex(jwk.y)}`;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The 65-byte point of a P-256 SPKI. */
export function pointOf(spki: Bytes): Bytes {
  return spki.slice(-65);
}

/** Signs text: raw r||s, base64url without padding. */
export async function signText(key: CryptoKey, text: string): Promise<string> {
  const body = new TextEncoder().encode(text);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, body);
  return toBase64Url(new Uint8Array(signature));
}

/** Whether a signature over the text holds under an SPKI. */
export async function holds(spki: Bytes, text: string, signature: string): Promise<boolean> {
  const key = await crypto.subtle.importKey("spki", spki, SIGN, false, ["verify"]);
  const body = new TextEncoder().encode(text);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, fromBase64Url(signature), body);
}

/** Reads a key file (PKCS#8 PEM, one block a key). Each kind of file that is no such thing has its own name. */
export async function readKeyFile(
  text: string,
  person: string,
  bound: readonly BoundKey[],
): Promise<Result<StoredPerson, FileRefusal>> {
  const refusal = fileRefusal(text);
  if (refusal) return no(refusal);
  const blocks = [...text.matchAll(/-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----/g)];
  if (blocks.length === 0) return no("file_no_pem");
  let sign: StoredKey | null = null;
  let decrypt: StoredKey | null = null;
  for (const block of blocks) {
    const found = await importBlock(block[1] ?? "", bound);
    if (!found) return no("file_not_p256");
    if (found.use === "sign") sign = found.stored;
    if (found.use === "decrypt") decrypt = found.stored;
  }
  if (!sign) return no("file_not_bound");
  return ok({ person, source: "file", sign, decrypt, created_at: new Date().toISOString() });
}

function fileRefusal(text: string): FileRefusal | null {
  if (text.length > FILE_LIMIT) return "file_too_big";
  if (text.includes("BEGIN EC PRIVATE KEY")) return "file_sec1";
  if (text.includes("BEGIN ENCRYPTED PRIVATE KEY")) return "file_encrypted";
  if (text.includes("BEGIN PRIVATE KEY")) return null;
  if (text.includes("BEGIN PUBLIC KEY")) return "file_public";
  if (text.includes("BEGIN CERTIFICATE")) return "file_certificate";
  return "file_no_pem";
}

async function importBlock(body: string, bound: readonly BoundKey[]) {
  let der: Bytes;
  try {
    der = Uint8Array.from(atob(body.replace(/\s/g, "")), (char) => char.charCodeAt(0));
    // Extractable for the one moment in which the public half is read from it.
    const jwk = await crypto.subtle.exportKey("jwk", await crypto.subtle.importKey("pkcs8", der, SIGN, true, ["sign"]));
    const spki = spkiOf(jwk);
    const fingerprint = await sha256Hex(spki);
    const use = bound.find((key) => key.fingerprint === fingerprint && key.status === "bound")?.use ?? "unknown";
    const key = use === "decrypt"
      ? await crypto.subtle.importKey("pkcs8", der, AGREE, false, ["deriveBits"])
      : await crypto.subtle.importKey("pkcs8", der, SIGN, false, ["sign"]);
    return { use, stored: { key, spki, fingerprint } satisfies StoredKey };
  } catch {
    return null;
  }
}
