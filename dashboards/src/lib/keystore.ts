/** IndexedDB of this browser's keys, one record a person: several demo people may sign from one browser. */

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

const DATABASE = "tanheng";
const STORE = "keys";
let opened: Promise<IDBDatabase> | null = null;

// Opening takes nine tenths of the time of a signature, so the handle stays open for the page's life.
function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "person" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Stores a person's keys; resolves only when the browser says they are on disk. */
export async function keep(record: StoredPerson): Promise<void> {
  const db = await database();
  await new Promise<void>((resolve, reject) => {
    const transaction = db.transaction(STORE, "readwrite", { durability: "strict" });
    transaction.objectStore(STORE).put(record);
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
