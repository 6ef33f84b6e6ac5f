/**
 * Canonical JSON of intents and statements: the subset of RFC 8785 with ASCII keys and whole numbers.
 * The same rules as platform/lexicon/canonical.py; both sides read tests/tables/canonical.json.
 */
import { no, ok, type Result } from "./result";

export type CanonicalRefusal = "lone_surrogate" | "not_integer" | "bad_key" | "bad_type";
export type Canonical = string | number | boolean | null | Canonical[] | { [key: string]: Canonical };

const KEY = /^[a-z][a-z0-9_]*$/;

/** The canonical text of a value, or the first reason why it has none. */
export function canonical(value: unknown): Result<string, CanonicalRefusal> {
  if (value === null || typeof value === "boolean") return ok(String(value));
  if (typeof value === "string") return value.isWellFormed() ? ok(JSON.stringify(value)) : no("lone_surrogate");
  // -0 would be written "0" and come back as another value than was signed.
  if (typeof value === "number")
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? ok(String(value)) : no("not_integer");
  if (Array.isArray(value)) return joined(value.map(canonical), "[", "]");
  if (typeof value === "object") return canonicalObject(value as Record<string, unknown>);
  return no("bad_type");
}

function canonicalObject(value: Record<string, unknown>): Result<string, CanonicalRefusal> {
  const keys = Object.keys(value).sort();
  if (!keys.every((key) => KEY.test(key))) return no("bad_key");
  const members = keys.map((key) => {
    const member = canonical(value[key]);
    return member.ok ? ok(`"${key}":${member.value}`) : member;
  });
  return joined(members, "{", "}");
}

function joined(parts: Result<string, CanonicalRefusal>[], open: string, close: string): Result<string, CanonicalRefusal> {
  const failed = parts.find((part) => !part.ok);
  if (failed) return failed;
  return ok(open + parts.map((part) => (part.ok ? part.value : "")).join(",") + close);
}

/** SHA-256 of the UTF-8 text, lower-case hex. */
export async function sha256Hex(body: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
