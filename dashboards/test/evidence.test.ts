import { createElement } from "react";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test } from "vitest";
import type { ScannedRow } from "@/api/radar";
import { EvidenceList } from "@/ui/Evidence";

const row = {
  id: "e1", title: "bill", kind: "invoice", media_type: "application/pdf", size_bytes: 2048, sha256: "ab".repeat(32), scanned_at: "2026-07-01T00:00:00Z",
  readable: true, suspect: false, signs: [],
} as unknown as ScannedRow;
const remark = {
  remark: "quantity_differs", words: { zh: "文件合计 1100 t，核算采用 1000 t", en: "The documents add up to 1100 t" },
  at: { zh: "文件第 6 行“数量”", en: "line 6 of the document" }, against: { zh: "报表 煤·活动量", en: "statement, Coal: the quantity" },
};

async function shown(paper: ScannedRow["paper"]): Promise<string> {
  const place = document.createElement("div");
  document.body.append(place);
  await act(async () => createRoot(place).render(createElement(EvidenceList, { rows: [{ ...row, paper }], url: (id: string) => `/e/${id}` })));
  return place.textContent ?? "";
}

test("a document's remark shows its reason, its place and what it was compared with, and the file is not called clean", async () => {
  const text = await shown([remark]);
  expect(text).toMatch(/1100 t/);
  expect(text).toMatch(/文件第 6 行|line 6 of the document/);
  expect(text).toMatch(/报表 煤|statement, Coal/);
  const clean = await shown([]);
  expect(clean).not.toMatch(/1100 t/);
  expect(clean).toMatch(/radar.clean/);
  expect(text).not.toMatch(/radar.clean/);
});
