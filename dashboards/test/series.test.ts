import { describe, expect, it } from "vitest";
import { rates, summed } from "@/pages/enterprise/MeterSeries";
import { lastMonth } from "@/pages/enterprise/Periods";
import { faultOf, type Order } from "@/pages/enterprise/order";
import { bundled, columnsOf } from "@/pages/regulator/TraceGraph";
import { written } from "@/ui/CalcTable";

const at = (minute: number) => new Date(Date.UTC(2026, 9, 1, 0, minute)).toISOString();

describe("what is drawn of a register", () => {
  it("is its increase an hour, and nothing where it fell or is missing", () => {
    const points = [{ at: at(0), value: "100" }, { at: at(30), value: "110" }, { at: at(40), value: null }, { at: at(60), value: "5" }];
    expect(rates(points)).toEqual([[Date.parse(at(30)), 20]]);
  });
  it("sums the rest at the same instants", () => {
    expect(summed([[[1, 2], [2, 3]], [[1, 10]]])).toEqual([[1, 12], [2, 3]]);
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
