/** Sealed bids: made here, kept here with their nonce, revealed from here; a file moves them to another browser. */
import { canonical, sha256Hex } from "./canonical";
import type { StoredBid } from "./keystore";
import { no, ok, type Result } from "./result";

export { keepBid, keptBids, type StoredBid } from "./keystore";

const KIND = "tanheng-bid-1";
const FILE_LIMIT = 64 * 1024;
const HASH = /^[0-9a-f]{64}$/;
const AMOUNT = /^[1-9][0-9]{0,11}$/;
type Terms = Omit<StoredBid, "digest">;

/** SHA-256 of a bid's canonical JSON, as the ledger recomputes it when the bid is revealed. */
export async function bidDigest({ auction, account, quantity, price_cents, nonce }: Terms): Promise<string> {
  const text = canonical({ v: KIND, auction, account, quantity, price_cents, nonce });
  if (!text.ok) throw new Error(text.error);
  return sha256Hex(text.value);
}

/** A fresh sealed bid; 32 random bytes hide quantity and price. */
export async function sealBid(terms: Omit<Terms, "nonce">): Promise<StoredBid> {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const nonce = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { ...terms, nonce, digest: await bidDigest({ ...terms, nonce }) };
}

/** The file that carries bids elsewhere. */
export const bidFile = (bids: readonly StoredBid[]): string => JSON.stringify({ kind: KIND, bids }, null, 1);

/** Reads such a file; every bid must be this account's, and its digest its own. */
export async function readBidFile(text: string, account: string): Promise<Result<StoredBid[], "file_wrong" | "file_foreign">> {
  if (text.length > FILE_LIMIT) return no("file_wrong");
  let bids: unknown;
  try {
    const read = JSON.parse(text) as { kind?: unknown; bids?: unknown };
    bids = read.kind === KIND ? read.bids : null;
  } catch {
    return no("file_wrong");
  }
  if (!Array.isArray(bids) || bids.length === 0) return no("file_wrong");
  const found: StoredBid[] = [];
  for (const each of bids as Partial<Record<keyof StoredBid, unknown>>[]) {
    const { auction, quantity, price_cents, nonce, digest } = each;
    if (typeof auction !== "string" || typeof quantity !== "string" || typeof price_cents !== "string" || typeof nonce !== "string") return no("file_wrong");
    if (each.account !== account) return no("file_foreign");
    if (!AMOUNT.test(quantity) || !AMOUNT.test(price_cents) || !HASH.test(nonce)) return no("file_wrong");
    const bid = { auction, account, quantity, price_cents, nonce };
    if ((await bidDigest(bid)) !== digest) return no("file_wrong");
    found.push({ ...bid, digest: String(digest) });
  }
  return ok(found);
}
