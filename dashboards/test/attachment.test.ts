import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { reportBytes } from "@/lib/attachment";

const JSON_TEXT = '{"period":"2026-06","total":"碳"}';
const body = new TextEncoder().encode(JSON_TEXT);

function pdf(stream: Uint8Array, filter: string, length: string) {
  const head = new TextEncoder().encode(`%PDF-1.7\n1 0 obj\n<< /Type /EmbeddedFile ${filter} /Length ${length} >>\nstream\n`);
  const tail = new TextEncoder().encode("\nendstream\nendobj\n");
  return new Uint8Array(Buffer.concat([head, stream, tail]));
}
const text = async (file: Uint8Array<ArrayBuffer>) => {
  const found = await reportBytes(file);
  return found.ok ? new TextDecoder().decode(found.value) : found.error;
};

describe("the report inside a file", () => {
  it("is the file itself when it is JSON", async () => {
    expect(await text(body)).toBe(JSON_TEXT);
  });
  it("is taken out of a PDF, deflated or plain, with a direct or an indirect length", async () => {
    const deflated = deflateSync(body);
    expect(await text(pdf(deflated, "/Filter /FlateDecode", String(deflated.length)))).toBe(JSON_TEXT);
    expect(await text(pdf(deflated, "/Filter /FlateDecode", "9 0 R"))).toBe(JSON_TEXT);
    expect(await text(pdf(body, "", String(body.length)))).toBe(JSON_TEXT);
  });
  it.each([["%PDF-1.7 nothing"], ["hello"], ["{ torn"], [""]])("is not found in %j", async (junk) => {
    expect(await text(new TextEncoder().encode(junk))).toBe("no_attachment");
  });
});
