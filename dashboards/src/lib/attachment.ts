/**
 * The report inside a file: a JSON report is its own data; a PDF carries it as an attachment. The attachment's
 * stream is found and inflated here, so that the digest is of what is really in the file.
 */
import { no, ok, type Result } from "./result";

type Bytes = Uint8Array<ArrayBuffer>;
const LATIN = new TextDecoder("latin1");

/** The bytes of the report's canonical JSON within the file. */
export async function reportBytes(file: Bytes): Promise<Result<Bytes, "no_attachment">> {
  if (looksLikeJson(file)) return ok(file);
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
  if (!deflated) return body;
  try {
    const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return null;
  }
}
