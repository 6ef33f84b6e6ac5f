import { deflateRawSync, deflateSync } from "node:zlib";
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
  it("is taken out of a workbook's own part, packed or plain", async () => {
    const xml = (inside: string) => new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n<report xmlns="urn:tanheng:report">${inside}</report>`);
    const own = xml(JSON_TEXT.replaceAll("&", "&amp;"));
    expect(await text(workbook([["xl/workbook.xml", own], ["customXml/item1.xml", own]], true))).toBe(JSON_TEXT);
    expect(await text(workbook([["customXml/item1.xml", own]], false))).toBe(JSON_TEXT);
    expect(await text(workbook([["customXml/item1.xml", xml('{"a":"&lt;&amp;&gt;"}')]], true))).toBe('{"a":"<&>"}');
  });
  it("is not found in a workbook that is torn, bare or declares entities", async () => {
    const entity = new TextEncoder().encode('<!DOCTYPE r [<!ENTITY a "b">]><report>{"a":"&a;"}</report>');
    const whole = workbook([["customXml/item1.xml", entity]], true);
    for (const file of [whole, whole.slice(0, -30), workbook([["xl/workbook.xml", entity]], true), new TextEncoder().encode("PK"), workbook([["customXml/item1.xml", new TextEncoder().encode("<report>no</report>")]], false)])
      expect(await text(file)).toBe("no_attachment");
  });
  it("is refused where it bursts", async () => {
    const bomb = new Uint8Array(33 * 1024 * 1024).fill(0x20);
    expect(await text(workbook([["customXml/item1.xml", bomb]], true))).toBe("no_attachment");
  }, 60_000);
});

/** A package of some parts, as a spreadsheet program writes it. */
function workbook(parts: [string, Uint8Array][], packed: boolean): Uint8Array<ArrayBuffer> {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of parts) {
    const stored = packed ? deflateRawSync(content) : Buffer.from(content);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(packed ? 8 : 0, 10);
    entry.writeUInt32LE(stored.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    local.push(head, Buffer.from(name), stored);
    central.push(entry, Buffer.from(name));
    at += 30 + name.length + stored.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...local, ...central, end]));
}
