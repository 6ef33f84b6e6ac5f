/** Commitment to a report's figures: RFC 6962 tree over salted leaves, an odd last node goes up unchanged. */

type Bytes = Uint8Array<ArrayBuffer>;

/** leaf = SHA-256(0x00 || salt[16] || canonical JSON of the figure). */
export function leafHash(salt: Bytes, figure: string): Promise<Bytes> {
  return hash(0, salt, new TextEncoder().encode(figure));
}

export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return hash(1, left, right);
}

async function hash(prefix: number, ...parts: Bytes[]): Promise<Bytes> {
  const size = parts.reduce((sum, part) => sum + part.length, 1);
  const joined = new Uint8Array(size);
  joined[0] = prefix;
  let at = 1;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
}

/** Root of the leaves' hashes; the empty tree is SHA-256 of nothing. */
export async function merkleRoot(leaves: readonly Bytes[]): Promise<Bytes> {
  if (leaves.length === 0) return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array()));
  let level = [...leaves];
  while (level.length > 1) level = await parents(level);
  return level[0]!;
}

async function parents(level: readonly Bytes[]): Promise<Bytes[]> {
  const next: Bytes[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at]!, level[at + 1]];
    next.push(right ? await nodeHash(left, right) : left);
  }
  return next;
}
