/**
 * The report inside a file: a JSON report is its own data; a PDF carries it as an attachment, a workbook in a
 * part of its own. It is found and inflated here, so that the digest is of what is really in the file.
 */
import { no, ok, type Result } from "./result";

type Bytes = Uint8Array<ArrayBuffer>;
const LATIN = new TextDecoder("latin1");
// A year's report is some megabytes; what inflates to more is an attack on the reader.
const INFLATED_MAX = 32 * 1024 * 1024;
const PART = "customXml/item1.xml";

/** The bytes of the report's canonical JSON within the file. */
export async function reportBytes(file: Bytes): Promise<Result<Bytes, "no_attachment">> {
  if (looksLikeJson(file)) return ok(file);
  if (LATIN.decode(file.slice(0, 2)) === "PK") return workbookBytes(file);
  if (LATIN.decode(file.slice(0, 5)) !== "%PDF-") return no("no_attachment");
  for (const stream of embeddedStreams(file)) {
    const bytes = await inflated(stream);
    if (bytes && looksLikeJson(bytes)) return ok(bytes);
  }
  return no("no_attachment");
}

function looksLikeJson(bytes: Bytes): boolean {
  if (bytes[0] !== 0x7b) return false;
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Raw streams of objects of type EmbeddedFile, each with whether it is deflated. */
function* embeddedStreams(file: Bytes): Generator<{ body: Bytes; deflated: boolean }> {
  const text = LATIN.decode(file);
  for (const match of text.matchAll(/\/Type\s*\/EmbeddedFile/g)) {
    const start = text.indexOf("stream", match.index);
    const dictionary = text.slice(text.lastIndexOf("obj", match.index), start);
    const from = text[start + 6] === "\r" ? start + 8 : start + 7;
    const declared = Number(/\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(dictionary)?.[1] ?? Number.NaN);
    const end = Number.isFinite(declared) ? from + declared : trimmedEnd(text, from);
    yield { body: file.slice(from, end), deflated: dictionary.includes("FlateDecode") };
  }
}

function trimmedEnd(text: string, from: number): number {
  const end = text.indexOf("endstream", from);
  return text[end - 2] === "\r" ? end - 2 : end - 1;
}

async function inflated({ body, deflated }: { body: Bytes; deflated: boolean }): Promise<Bytes | null> {
  return deflated ? unpacked(body, "deflate") : body;
}

/** What a stream inflates to; nothing where it is torn, or too much. */
async function unpacked(body: Bytes, format: "deflate" | "deflate-raw"): Promise<Bytes | null> {
  const parts: Bytes[] = [];
  let size = 0;
  try {
    const reader = new Blob([body]).stream().pipeThrough(new DecompressionStream(format)).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > INFLATED_MAX) {
        await reader.cancel();
        return null;
      }
      parts.push(next.value);
    }
  } catch {
    return null;
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The JSON in a workbook's own part. */
async function workbookBytes(file: Bytes): Promise<Result<Bytes, "no_attachment">> {
  const part = packedPart(file, PART);
  const xml = part && (part.deflated ? await unpacked(part.body, "deflate-raw") : part.body);
  const text = xml ? new TextDecoder().decode(xml) : "";
  // A part that declares entities is none of ours.
  if (!text || text.includes("<!")) return no("no_attachment");
  const bytes = new TextEncoder().encode(new DOMParser().parseFromString(text, "application/xml").documentElement?.textContent ?? "");
  return looksLikeJson(bytes) ? ok(bytes) : no("no_attachment");
}

/** A part of a package by its name, through the directory at the package's end (APPNOTE 4.3.12, 4.3.16). */
function packedPart(file: Bytes, wanted: string): { body: Bytes; deflated: boolean } | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = LATIN.decode(file.slice(-66_000)).lastIndexOf("PK\x05\x06");
  if (end < 0) return null;
  const record = Math.max(0, file.length - 66_000) + end;
  try {
    let at = view.getUint32(record + 16, true);
    for (let left = view.getUint16(record + 10, true); left > 0 && view.getUint32(at, true) === 0x02014b50; left -= 1) {
      const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
      if (LATIN.decode(file.slice(at + 46, at + 46 + name)) === wanted) return entryAt(file, view, { at: view.getUint32(at + 42, true), size: view.getUint32(at + 20, true), method: view.getUint16(at + 10, true) });
      at += 46 + name + extra + comment;
    }
  } catch (error) {
    // An address outside the file: a torn package.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

function entryAt(file: Bytes, view: DataView, entry: { at: number; size: number; method: number }): { body: Bytes; deflated: boolean } | null {
  const from = entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
  return entry.method === 0 || entry.method === 8 ? { body: file.slice(from, from + entry.size), deflated: entry.method === 8 } : null;
}
