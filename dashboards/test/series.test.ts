import { describe, expect, it } from "vitest";
import { rates, summed } from "@/pages/enterprise/MeterSeries";
import { lastMonth } from "@/pages/enterprise/Periods";
import { faultOf, type Order } from "@/pages/enterprise/order";
import { bundled, columnsOf } from "@/pages/regulator/TraceGraph";
import { written } from "@/ui/CalcTable";

const at = (minute: number) => new Date(Date.UTC(2026, 9, 1, 0, minute)).toISOString();

describe("what is drawn of a meter", () => {
  const minute = (n: number) => Date.UTC(2026, 9, 1, 0, n);
  const seconds = (n: number) => new Date(minute(0) + n * 1000).toISOString();
  const drawn = { stepMs: 60_000, intervalMs: 60_000, isRate: false };
  it("is its increase an hour at each step's end, whenever it reads; the running step is not drawn", () => {
    const points = [20, 80, 140, 200].map((n) => ({ at: seconds(n), value: String(n) }));
    expect(rates(points, drawn)).toEqual([[minute(2), 3600], [minute(3), 3600]]);
    const other = [50, 110, 170, 230].map((n) => ({ at: seconds(n), value: String(2 * n) }));
    expect(rates(other, drawn).map(([at]) => at)).toEqual([minute(2), minute(3)]);
  });
  it("leaves a gap where readings are missing or the register fell", () => {
    const points = [{ at: at(0), value: "100" }, { at: at(1), value: "110" }, { at: at(2), value: null }, { at: at(8), value: "150" }, { at: at(9), value: "160" }, { at: at(10), value: "5" }, { at: at(11), value: "6" }];
    expect(rates(points, drawn)).toEqual([
      [minute(1), 600], ...[2, 3, 4, 5, 6, 7, 8].map((n) => [minute(n), null]), [minute(9), 600], [minute(10), null], [minute(11), 60],
    ]);
    expect(rates([{ at: at(0), value: "1" }], drawn)).toEqual([]);
    expect(rates([], drawn)).toEqual([]);
  });
  it("draws a meter that reads each quarter of an hour in every minute between", () => {
    const points = [{ at: at(0), value: "0" }, { at: at(15), value: "30" }];
    const found = rates(points, { ...drawn, intervalMs: 900_000 });
    expect(found.length).toBe(15);
    expect(found.map(([, value]) => Math.round((value ?? 0) * 1000) / 1000)).toEqual(Array(15).fill(120));
  });
  it("is the rate itself where the meter tells a rate", () => {
    const points = [{ at: at(0), value: "7" }, { at: at(1), value: "5" }, { at: at(2), value: "6" }];
    expect(rates(points, { ...drawn, isRate: true })).toEqual([[minute(0), 7], [minute(1), 5], [minute(2), 6]]);
  });
  it("sums the rest at every instant that one of them has", () => {
    expect(summed([[[1, 2], [2, 3]], [[1, 10], [3, 4]]])).toEqual([[1, 12], [2, 3], [3, 4]]);
    expect(summed([[[1, null]], [[1, null], [2, 5]]])).toEqual([[1, null], [2, 5]]);
    expect(summed([])).toEqual([]);
  });
});

describe("the month before, in China", () => {
  it.each([["2026-01-01T00:00:00Z", "2025-12"], ["2026-10-31T16:30:00Z", "2026-10"], ["2026-10-31T15:30:00Z", "2026-09"]])("of %s is %s", (now, month) => {
    expect(lastMonth(new Date(now))).toBe(month);
  });
});

describe("an order's first fault", () => {
  const quote = { low_cents: "6300", high_cents: "7700", sells: [{ price_cents: "7000", quantity: "5", offers: 1, own: "0" }], buys: [] };
  const order: Order = { mode: "list", side: "sell", unit: "CEA", vintage: "2025", price_cents: 7000n, quantity: 5n };
  const fault = (changed: Partial<Order>) => faultOf({ ...order, ...changed }, { quote, tradable: "10", free_cents: "35000" })?.name ?? null;
  it.each<[Partial<Order>, string | null]>([
    [{}, null], [{ price_cents: null }, "price"], [{ price_cents: 6299n }, "band"], [{ price_cents: 7701n }, "band"], [{ quantity: null }, "quantity"], [{ quantity: 0n }, "quantity"],
    [{ quantity: 11n }, "holding"], [{ side: "buy", quantity: 6n }, "coin"], [{ side: "buy" }, null], [{ mode: "take" }, "empty"], [{ mode: "take", side: "buy" }, null],
  ])("case %#", (changed, name) => expect(fault(changed)).toBe(name));
});

describe("a formula with its numbers", () => {
  it("is written as by hand", () => {
    const leaf = (value: string) => ({ op: "input", value });
    expect(written({ op: "product", args: [leaf("1000.5"), { op: "sum", args: [leaf("2"), leaf("3")] }, { op: "named", name: "x", args: [{ op: "quotient", args: [leaf("44"), leaf("12")] }] }] })).toBe("1,000.5 × (2 + 3) × (44 ÷ 12)");
    expect(written({ op: "minus", args: [leaf("4")] })).toBe("−4");
  });
});

describe("the graph's columns", () => {
  it("put each node after those it comes from", () => {
    const node = (id: string) => ({ id, kind: "transaction" as const, label: "", account: "", organisation: "", tx_id: "", block_number: 0, at: "", born: "0", rest: "0", amount_in: "0", amount_out: "0", conserved: true, trades: [] });
    const edge = (source: string, target: string) => ({ source, target, amount: "1", account: "", serial_from: null, serial_to: null, broken: false });
    const found = columnsOf({ kind: "lot", token: "x", unit: "t", cut: false, nodes: [node("a"), node("b"), node("c")], edges: [edge("a", "b"), edge("b", "c"), edge("a", "c")] });
    expect([...found]).toEqual([["a", 0], ["b", 1], ["c", 2]]);
    expect(bundled([edge("a", "b"), { ...edge("a", "b"), broken: true }, edge("b", "c")])).toEqual([
      { source: "a", target: "b", amount: "2", broken: true },
      { source: "b", target: "c", amount: "1", broken: false },
    ]);
  });
});
