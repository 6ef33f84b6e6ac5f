/** IndexedDB of this browser: keys, one record a person (several demo people may sign from one browser), and sealed bids. */

export interface StoredKey {
  key: CryptoKey;
  spki: Uint8Array<ArrayBuffer>;
  fingerprint: string;
}

export interface StoredPerson {
  person: string;
  source: "device" | "file";
  sign: StoredKey;
  decrypt: StoredKey | null;
  created_at: string;
}

/** What a sealed bid says; without its nonce nobody, also its bidder, can reveal it. */
export interface StoredBid {
  digest: string;
  auction: string;
  account: string;
  quantity: string;
  price_cents: string;
  nonce: string;
}

const DATABASE = "tanheng";
const STORE = "keys";
const BIDS = "bids";
let opened: Promise<IDBDatabase> | null = null;

// Opening takes nine tenths of the time of a signature, so the handle stays open for the page's life.
function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 2);
    request.onupgradeneeded = () => {
      const db = request.result;
      if (!db.objectStoreNames.contains(STORE)) db.createObjectStore(STORE, { keyPath: "person" });
      if (!db.objectStoreNames.contains(BIDS)) db.createObjectStore(BIDS, { keyPath: "digest" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Stores a person's keys; resolves only when the browser says they are on disk. */
export const keep = (record: StoredPerson): Promise<void> => put(STORE, record);

/** Stores a sealed bid before it is sent; resolves only when the browser says it is on disk. */
export const keepBid = (bid: StoredBid): Promise<void> => put(BIDS, bid);

/** The bids of an account that this browser can reveal. */
export async function keptBids(account: string): Promise<StoredBid[]> {
  const db = await database();
  const all = await new Promise<StoredBid[]>((resolve, reject) => {
    const request = db.transaction(BIDS).objectStore(BIDS).getAll();
    request.onsuccess = () => resolve(request.result as StoredBid[]);
    request.onerror = () => reject(request.error);
  });
  return all.filter((bid) => bid.account === account);
}

async function put(store: string, record: StoredPerson | StoredBid): Promise<void> {
  const db = await database();
  await new Promise<void>((resolve, reject) => {
    const transaction = db.transaction(store, "readwrite", { durability: "strict" });
    transaction.objectStore(store).put(record);
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export async function kept(person: string): Promise<StoredPerson | null> {
  const db = await database();
  return new Promise((resolve, reject) => {
    const request = db.transaction(STORE).objectStore(STORE).get(person);
    request.onsuccess = () => resolve((request.result as StoredPerson | undefined) ?? null);
    request.onerror = () => reject(request.error);
  });
}

export async function forget(person: string): Promise<void> {
  const db = await database();
  await new Promise<void>((resolve, reject) => {
    const transaction = db.transaction(STORE, "readwrite");
    transaction.objectStore(STORE).delete(person);
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
  });
}
