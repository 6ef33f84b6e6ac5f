import { describe, expect, it } from "vitest";
import { checkReading, type ReadingProof } from "@/lib/reading";
import { columnsOf, placesOf, arrivals, bundled } from "@/pages/regulator/TraceGraph";
import type { Trace } from "@/api/oversight";
// Written by `proof.readings`, of five batches: one key is Ed25519, the other P-256.
import made from "./reading-proofs.json";

const proofs = made as unknown as ReadingProof[];

describe("a signed reading's proof", () => {
  it("holds for every batch of a day, by both kinds of keys", async () => {
    for (const [n, proof] of proofs.entries()) {
      const found = await checkReading(proof);
      expect([n, found.signed, found.inDay, found.inBatch]).toEqual([n, true, true, true]);
      expect(found.value).toBe(`${proof.seq}.25`);
    }
  });

  it("does not survive another value, another place, another root or another key", async () => {
    for (const proof of [proofs[1]!, proofs[7]!]) {
      const edited = await checkReading({ ...proof, payload: proof.payload.replace("6.25", "5.25").replace("10.25", "11.25") });
      expect([edited.signed, edited.inDay]).toEqual([false, false]);
      expect((await checkReading({ ...proof, index: proof.index ^ 1 })).inDay).toBe(false);
      expect((await checkReading({ ...proof, size: 3 })).inDay).toBe(false);
      expect((await checkReading({ ...proof, path: [...proof.path, proof.root] })).inDay).toBe(false);
      expect((await checkReading({ ...proof, root: proof.root.replace(/^./, (sign) => (sign === "0" ? "1" : "0")) })).inDay).toBe(false);
      expect((await checkReading({ ...proof, meter: "coal-2" })).inBatch).toBe(false);
      expect((await checkReading({ ...proof, seq: 99 })).inBatch).toBe(false);
    }
    expect((await checkReading({ ...proofs[0]!, spki: proofs[0]!.spki.replace(/..$/, "00") })).signed).toBe(false);
    expect((await checkReading({ ...proofs[5]!, spki: proofs[0]!.spki })).signed).toBe(false);
  });
});

const node = (id: string) => ({ id, kind: "transaction", label: "list", account: "", organisation: "", tx_id: id, block_number: 1, at: "", born: "0", rest: "0", amount_in: "1", amount_out: "1", conserved: true, trades: [] });
const edge = (source: string, target: string, amount: string) => ({ source, target, amount, account: "", serial_from: null, serial_to: null, broken: false });

describe("the graph of a trace", () => {
  // Issued, listed, traded; and a second issue that goes straight to the end.
  const graph = { kind: "lot", token: "", unit: "t", cut: false, nodes: ["a", "b", "list", "take", "end"].map(node), edges: [edge("a", "list", "5"), edge("list", "take", "5"), edge("take", "end", "5"), edge("b", "end", "3")] } as unknown as Trace;

  it("leaves every flow a slot of its own in the columns that it passes", () => {
    expect(columnsOf(graph).get("end")).toBe(3);
    const { at, ways } = placesOf(graph, 176);
    const stops = ways.get("b end")!;
    expect(stops).toHaveLength(2);
    const taken = [...at.values()].map((place) => `${place.x} ${place.y}`);
    for (const stop of stops) expect(taken).not.toContain(`${stop.x} ${stop.y}`);
    expect(ways.get("a list")).toEqual([]);
  });

  it("writes no two amounts over each other where flows arrive", () => {
    const offsets = arrivals(bundled(graph.edges), placesOf(graph, 176).at);
    expect(Math.abs(offsets.get("b end")! - offsets.get("take end")!)).toBeGreaterThanOrEqual(12);
    expect(offsets.get("a list")).toBe(0);
  });
});
