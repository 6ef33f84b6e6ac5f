/** The proof of a signed reading, checked here: signature, place in the day's tree. Source: RFC 6962, 2.1.1; RFC 8032. */
import { sha256Hex, toHex } from "./canonical";
import { leafHash, nodeHash } from "./merkle";

type Bytes = Uint8Array<ArrayBuffer>;

/** As `tanheng verify --reading` reads it. */
export interface ReadingProof {
  plant: string;
  meter: string;
  day: string;
  n: number;
  root: string;
  index: number;
  size: number;
  path: string[];
  algorithm: string;
  spki: string;
  payload: string;
  boot: number;
  seq: number;
}

/** What holds; `signed` is null where this browser cannot check the algorithm. */
export interface CheckedReading {
  value: string;
  unit: string;
  at: string;
  fingerprint: string;
  signed: boolean | null;
  inDay: boolean;
  inBatch: boolean;
}

const DOMAIN = new TextEncoder().encode("tanheng-batch-v1\n");

const bytesOfHex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export async function checkReading(proof: ReadingProof): Promise<CheckedReading> {
  const [body = "", signature = ""] = proof.payload.trimEnd().split("\n");
  const spki = bytesOfHex(proof.spki);
  const raw = new TextEncoder().encode(body);
  const told = readingIn(body, proof);
  return {
    value: String(told?.value ?? ""),
    unit: String(told?.unit ?? ""),
    at: told?.ts === undefined ? "" : new Date(Number(told.ts)).toISOString(),
    fingerprint: await sha256Hex(spki),
    signed: await signedBy(proof.algorithm, spki, raw, Uint8Array.from(atob(signature), (sign) => sign.charCodeAt(0))),
    inDay: (await rootOf(bytesOfHex(await sha256Hex(raw)), proof)) === proof.root,
    inBatch: told !== null,
  };
}

interface Told { value?: unknown; unit?: unknown; ts?: unknown }

/** The reading that is meant, where the batch is the meter's own. */
function readingIn(body: string, proof: ReadingProof): Told | null {
  try {
    const batch = JSON.parse(body) as { boot: number; meter: string; seq0: number; readings: Told[] };
    const ours = batch.boot === proof.boot && batch.meter.split("/").slice(2).join("/") === `${proof.plant}/${proof.meter}`;
    return (ours && batch.readings[proof.seq - batch.seq0]) || null;
  } catch {
    return null;
  }
}

async function signedBy(algorithm: string, spki: Bytes, body: Bytes, signature: Bytes): Promise<boolean | null> {
  const text = new Uint8Array(DOMAIN.length + body.length);
  text.set(DOMAIN);
  text.set(body, DOMAIN.length);
  try {
    if (algorithm === "p256") {
      const key = await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, rawOfDer(signature), text);
    }
    const key = await crypto.subtle.importKey("spki", spki, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, text);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return null;
    return false;
  }
}

/** r and s of a DER signature, 32 bytes each, as WebCrypto takes them. */
function rawOfDer(der: Bytes): Bytes {
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const whole = der.slice(at + 2, at + 2 + length);
    const number = whole.length > 32 ? whole.slice(whole.length - 32) : whole;
    raw.set(number, end - number.length);
    at += 2 + length;
  }
  return raw;
}

/** Where the audit path of a leaf ends; "" where the path does not fit index and size. */
async function rootOf(leaf: Bytes, proof: ReadingProof): Promise<string> {
  let [here, last] = [proof.index, proof.size - 1];
  let hash = await leafHash(leaf, "");
  for (const step of proof.path.map(bytesOfHex)) {
    if (last === 0) return "";
    if (here % 2 === 1 || here === last) {
      hash = await nodeHash(step, hash);
      while (here % 2 === 0 && here !== 0) [here, last] = [here >> 1, last >> 1];
    } else hash = await nodeHash(hash, step);
    [here, last] = [here >> 1, last >> 1];
  }
  return last === 0 ? toHex(hash) : "";
}
