import { afterEach, expect, test, vi } from "vitest";
import { en } from "@/locales/en";
import { recompute } from "@/locales/zh/recompute";
import { start } from "@/recompute/runner";
import type { Engine } from "@/recompute/protocol";

const ENGINE = { digest: "0".repeat(64), entry: "entry", files: [] } as unknown as Engine;

/** A worker that answers what it is told to, or nothing at all. */
function worker(answer: object | null) {
  return class extends EventTarget {
    static ended = 0;
    postMessage(): void {
      if (answer) queueMicrotask(() => this.dispatchEvent(new MessageEvent("message", { data: answer })));
    }
    terminate(): void {
      (this.constructor as unknown as { ended: number }).ended += 1;
    }
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a browser without background threads says so", async () => {
  vi.stubGlobal("Worker", undefined);
  expect(await start(ENGINE)).toEqual({ ok: false, error: { why: "no_worker" } });
});

test("a browser without WebAssembly says so and starts nothing", async () => {
  const made = vi.fn();
  vi.stubGlobal("Worker", made);
  vi.stubGlobal("WebAssembly", undefined);
  expect(await start(ENGINE)).toEqual({ ok: false, error: { why: "no_wasm" } });
  expect(made).not.toHaveBeenCalled();
});

test("a worker that never answers is given up in time and ended", async () => {
  vi.useFakeTimers();
  const Silent = worker(null);
  vi.stubGlobal("Worker", Silent);
  const waiting = start(ENGINE);
  await vi.advanceTimersByTimeAsync(90_000);
  expect(await waiting).toEqual({ ok: false, error: { why: "too_slow" } });
  expect(Silent.ended).toBe(1);
});

test("an engine that breaks is told with its own words, and its worker is ended", async () => {
  const Broken = worker({ kind: "failed", problem: "no module named nowhere" });
  vi.stubGlobal("Worker", Broken);
  expect(await start(ENGINE)).toEqual({ ok: false, error: { why: "failed", problem: "no module named nowhere" } });
  expect(Broken.ended).toBe(1);
});

test("each reason has a sentence in both languages, and none claims a result", () => {
  for (const words of [recompute, en]) {
    expect(Object.keys(words.recompute.cannot).sort()).toEqual(["failed", "no_wasm", "no_worker", "too_slow"]);
    expect(words.recompute.cannotMeaning.length).toBeGreaterThan(20);
  }
});
