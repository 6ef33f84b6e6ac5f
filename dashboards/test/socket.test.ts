import { beforeEach, describe, expect, it } from "vitest";
import { LiveSocket, type Listener } from "@/lib/socket";

class Wire {
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.closed = true;
  }
  says(frame: unknown) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
}

let wires: Wire[];
let timers: { at: number; run: () => void; id: number }[];
let clock: number;
let live: LiveSocket;
let seen: unknown[];
const listener: Listener = { snap: (data) => seen.push(["snap", data]), delta: (data) => seen.push(["delta", data]) };
const wire = () => wires.at(-1)!;

function pass(ms: number) {
  const end = clock + ms;
  for (;;) {
    const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    timers = timers.filter((timer) => timer !== next);
    clock = next.at;
    next.run();
  }
  clock = end;
}

beforeEach(() => {
  [wires, timers, clock, seen] = [[], [], 1000, []];
  let ids = 0;
  live = new LiveSocket({
    open: () => {
      wires.push(new Wire());
      return wire();
    },
    now: () => clock,
    after: (ms, run) => {
      ids += 1;
      timers.push({ at: clock + ms, run, id: ids });
      return ids;
    },
    cancel: (id) => {
      timers = timers.filter((timer) => timer.id !== id);
    },
    random: () => 1,
  });
});

function joined(seq = 5) {
  const stop = live.subscribe("chain", listener);
  wire().onopen?.();
  wire().says({ t: "snap", topic: "chain", epoch: "e1", seq, data: { height: 1 } });
  return stop;
}

describe("the live socket", () => {
  it("subscribes, takes the snapshot and then each delta in order", () => {
    joined();
    wire().says({ t: "delta", topic: "chain", epoch: "e1", seq: 6, data: "a" });
    wire().says({ t: "delta", topic: "chain", epoch: "e1", seq: 7, data: "b" });
    expect(wire().sent).toEqual([{ t: "sub", topic: "chain" }]);
    expect(seen).toEqual([["snap", { height: 1 }], ["delta", "a"], ["delta", "b"]]);
    expect(live.state).toBe("live");
  });
  it("drops what it has already seen", () => {
    joined();
    wire().says({ t: "delta", topic: "chain", epoch: "e1", seq: 5, data: "old" });
    expect(seen).toHaveLength(1);
  });
  it("asks once after a gap, drops deltas until the snapshot, then is live", () => {
    joined();
    wire().says({ t: "delta", topic: "chain", epoch: "e1", seq: 9, data: "x" });
    wire().says({ t: "delta", topic: "chain", epoch: "e1", seq: 10, data: "y" });
    expect(wire().sent.filter((frame) => frame["t"] === "resync")).toEqual([{ t: "resync", topic: "chain", since: 5 }]);
    expect([live.state, seen.length]).toEqual(["resync", 1]);
    wire().says({ t: "snap", topic: "chain", epoch: "e1", seq: 10, data: "whole" });
    expect([live.state, seen.at(-1)]).toEqual(["live", ["snap", "whole"]]);
  });
  it("asks for a snapshot when the server's epoch changed", () => {
    joined();
    wire().says({ t: "delta", topic: "chain", epoch: "e2", seq: 6, data: "x" });
    expect(live.state).toBe("resync");
  });
  it("finds a lost last delta by the ping", () => {
    joined();
    wire().says({ t: "ping", seqs: { chain: 8 } });
    expect(wire().sent.at(-1)).toEqual({ t: "resync", topic: "chain", since: 5 });
  });
  it("is stale after five silent seconds and live again at the next word", () => {
    joined();
    pass(4_900);
    expect(live.state).toBe("live");
    pass(200);
    expect([live.state, live.silence >= 5000]).toEqual(["stale", true]);
    wire().says({ t: "ping", seqs: { chain: 5 } });
    expect(live.state).toBe("live");
  });
  it("reconnects with growing waits and resumes from where it was", () => {
    joined();
    wire().onclose?.({ code: 1006 });
    expect(live.state).toBe("offline");
    pass(499);
    expect(wires).toHaveLength(1);
    pass(1);
    wire().onclose?.({ code: 1006 });
    pass(999);
    expect(wires).toHaveLength(2);
    pass(1);
    wire().onopen?.();
    expect(wire().sent).toEqual([{ t: "sub", topic: "chain", since: 5 }]);
    wire().says({ t: "delta", topic: "chain", epoch: "e1", seq: 6, data: "next" });
    expect([live.state, seen.at(-1)]).toEqual(["live", ["delta", "next"]]);
  });
  it("finds out a restarted server, whose numbers begin anew, and asks for the whole", () => {
    joined(5);
    wire().onclose?.({ code: 1006 });
    pass(500);
    wire().onopen?.();
    wire().says({ t: "delta", topic: "chain", epoch: "e2", seq: 6, data: "x" });
    expect(wire().sent.at(-1)).toEqual({ t: "resync", topic: "chain", since: 5 });
    wire().says({ t: "snap", topic: "chain", epoch: "e2", seq: 6, data: "whole" });
    expect([live.state, seen.at(-1)]).toEqual(["live", ["snap", "whole"]]);
  });
  it("asks again when the snapshot it asked for never came", () => {
    joined();
    wire().says({ t: "ping", seqs: { chain: 8 } });
    wire().says({ t: "ping", seqs: { chain: 8 } });
    const asked = () => wire().sent.filter((frame) => frame["t"] === "resync").length;
    expect(asked()).toBe(1);
    pass(6000);
    wire().says({ t: "ping", seqs: { chain: 8 } });
    expect(asked()).toBe(2);
  });
  it("waits as long as a leaving server says", () => {
    joined();
    wire().says({ t: "bye", retry_ms: 3000 });
    pass(2_999);
    expect(wires).toHaveLength(1);
    pass(1);
    expect(wires).toHaveLength(2);
  });
  it.each([4401, 4403])("does not knock again after close code %i", (code) => {
    joined();
    wire().onclose?.({ code });
    pass(120_000);
    expect([live.state, wires.length]).toEqual(["signed_out", 1]);
  });
  it("ignores frames that are no frames", () => {
    joined();
    for (const junk of ["", "{", "[]", "null", '{"t":5}', '{"t":"delta","topic":"chain","seq":"6"}', '{"t":"snap"}']) wire().says(junk);
    expect(seen).toHaveLength(1);
  });
  it("tells the server when the last listener leaves", () => {
    joined()();
    expect(wire().sent.at(-1)).toEqual({ t: "unsub", topic: "chain" });
  });
  it("tries at once when woken", () => {
    joined();
    for (let i = 0; i < 4; i += 1) {
      wire().onclose?.({ code: 1006 });
      pass(30_000);
    }
    wire().onclose?.({ code: 1006 });
    const before = wires.length;
    live.wake();
    pass(0);
    expect(wires).toHaveLength(before + 1);
  });
});
