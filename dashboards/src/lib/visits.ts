/** What was written on site and is not sent yet: kept in this browser, one record a case and person, until the server has it. */

export interface KeptPhoto {
  /** Also the key by which sending it twice has one effect. */
  id: string;
  title: string;
  file: File;
  captured_at: string;
}

export interface KeptVisit {
  key: string;
  /** Place and seals that the server does not have yet; null once it has them. */
  draft: { place: string; seals: Record<string, string>; captured_at: string } | null;
  photos: KeptPhoto[];
}

const DATABASE = "tanheng-visits";
const STORE = "visits";
let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function written(act: (store: IDBObjectStore) => void): Promise<void> {
  const db = await database();
  await new Promise<void>((resolve, reject) => {
    const transaction = db.transaction(STORE, "readwrite", { durability: "strict" });
    act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Keeps a record; resolves only when the browser says it is on disk. One with nothing left to send is removed. */
export const keepVisit = (visit: KeptVisit): Promise<void> =>
  written((store) => void (visit.draft || visit.photos.length > 0 ? store.put(visit) : store.delete(visit.key)));

/** What is kept of a case for a person; nothing to send where there is none. */
export async function keptVisit(key: string): Promise<KeptVisit> {
  const db = await database();
  return new Promise((resolve, reject) => {
    const request = db.transaction(STORE).objectStore(STORE).get(key);
    request.onsuccess = () => resolve((request.result as KeptVisit | undefined) ?? { key, draft: null, photos: [] });
    request.onerror = () => reject(request.error);
  });
}
