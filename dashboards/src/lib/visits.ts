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
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** What becomes of what is kept. */
export type Change = (before: KeptVisit) => KeptVisit;

/**
 * Changes what is kept of a case for a person, in one transaction: whoever changes it meanwhile loses nothing.
 * Resolves, with what is kept now, only when the browser says that it is on disk. A record with nothing left to send is removed.
 */
export async function changeVisit(key: string, change: Change): Promise<KeptVisit> {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, "readwrite", { durability: "strict" });
    const store = transaction.objectStore(STORE);
    const request = store.get(key);
    let after: KeptVisit = { key, draft: null, photos: [] };
    request.onsuccess = () => {
      after = change((request.result as KeptVisit | undefined) ?? after);
      if (after.draft || after.photos.length > 0) store.put(after);
      else store.delete(key);
    };
    transaction.oncomplete = () => resolve(after);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** How a record and a photograph are sent: the problem, or null once the server has it. */
export interface Sending<Failure> {
  draft: (draft: NonNullable<KeptVisit["draft"]>) => Promise<Failure | null>;
  photo: (photo: KeptPhoto) => Promise<Failure | null>;
}

/** Sends what is kept, the record first, until nothing is left or something fails. Only what the server has is taken out. */
export async function sendVisit<Failure>(change: (of: Change) => Promise<KeptVisit>, sending: Sending<Failure>): Promise<Failure | null> {
  let left = await change((before) => before);
  for (;;) {
    const { draft } = left;
    const [photo] = left.photos;
    const failed = draft ? await sending.draft(draft) : photo ? await sending.photo(photo) : null;
    if (failed !== null || (!draft && !photo)) return failed;
    left = await change((before) =>
      draft
        ? { ...before, draft: before.draft?.captured_at === draft.captured_at ? null : before.draft }
        : { ...before, photos: before.photos.filter((each) => each.id !== photo?.id) },
    );
  }
}
