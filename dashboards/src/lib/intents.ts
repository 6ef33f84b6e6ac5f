/** What a person signs: the canonical text of one intent. The page shows this very text before it is signed. */
import { canonical, sha256Hex, toBase64Url, type Canonical, type CanonicalRefusal } from "./canonical";
import { signText, type StoredKey } from "./keys";
import { no, ok, type Result } from "./result";

export interface Signer {
  network: string;
  account: string;
  person: string;
}

export interface Intent {
  name: string;
  args: { [key: string]: Canonical };
}

export interface SignedIntent {
  intent: string;
  signature: string;
  fingerprint: string;
}

export type IntentRefusal = CanonicalRefusal | "unsafe_text";

const MINUTE = 60_000;
// Orders die with their price; submissions, visits and approvals may wait for a chain that is down.
const SHORT_LIVED: ReadonlySet<string> = new Set(["list", "unlist", "take", "propose_block", "accept_block", "decline_block", "open_auction", "bid"]);
// Characters that change how other characters are shown: a signer must see what is signed.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** When an intent made now lapses, UTC to the second. */
export function notAfter(name: string, now: Date): string {
  const life = SHORT_LIVED.has(name) ? 10 * MINUTE : 7 * 24 * 60 * MINUTE;
  return `${new Date(now.getTime() + life).toISOString().slice(0, 19)}Z`;
}

function hasUnsafeText(value: Canonical): boolean {
  if (typeof value === "string") return UNSAFE.test(value);
  if (Array.isArray(value)) return value.some(hasUnsafeText);
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnsafeText);
}

/** The text to show and sign. */
export function intentText(
  signer: Signer,
  { name, args }: Intent,
  { id = crypto.randomUUID(), now = new Date() }: { id?: string; now?: Date } = {},
): Result<string, IntentRefusal> {
  if (hasUnsafeText(args)) return no("unsafe_text");
  return canonical({ ...signer, args, id, name, not_after: notAfter(name, now), v: 1 });
}

export async function signIntent(key: StoredKey, text: string): Promise<SignedIntent> {
  return { intent: text, signature: await signText(key.key, text), fingerprint: key.fingerprint };
}

/** Possession of a new key, shown by an intent that the new key itself signs. */
export async function proveKey(
  signer: Signer,
  key: StoredKey,
  use: "sign" | "recover",
  challenge: string,
): Promise<Result<{ use: string; spki: string; proof: { intent: string; signature: string } }, IntentRefusal>> {
  const spki = toBase64Url(key.spki);
  const text = intentText(signer, { name: "prove_key", args: { use, key: spki, challenge } });
  if (!text.ok) return no(text.error);
  return ok({ use, spki, proof: { intent: text.value, signature: await signText(key.key, text.value) } });
}

/** Digest of an act's arguments, which the second person signs. */
export async function argsDigest(args: Canonical): Promise<Result<string, CanonicalRefusal>> {
  const text = canonical(args);
  return text.ok ? ok(await sha256Hex(text.value)) : text;
}
