/** A worker with Python in it, kept alive by the page: the first calculation starts it, the next ones are quick. */
import { no, ok, type Result } from "@/lib/result";
import type { Ask, Engine, Told } from "./protocol";

/** Where the browser cannot: it has no workers or no WebAssembly, Python did not start in time, or it failed. */
export type Cannot = { why: "no_worker" | "no_wasm" | "too_slow" } | { why: "failed"; problem: string };

// Compiling ten megabytes takes seconds on a slow machine; a worker without the right policy never answers at all.
const LOAD_MS = 90_000;
const RUN_MS = 30_000;

export interface Runner {
  bootMs: number;
  importMs: number;
  recompute(text: string): Promise<Result<{ text: string; runMs: number }, Cannot>>;
  trial(text: string): Promise<Result<{ text: string; runMs: number }, Cannot>>;
  stop(): void;
}

// A worker that was started before anybody knew what for; nobody's after some minutes.
const IDLE_MS = 300_000;
let warmed: { worker: Worker; clock: ReturnType<typeof setTimeout> } | null = null;

const born = () => new Worker(new URL("./recompute.worker.ts", import.meta.url), { type: "module", name: "recompute" });

/** Starts Python where a case is opened: it is there when its figures are to be calculated. */
export function warm(): void {
  if (warmed || typeof Worker === "undefined" || typeof WebAssembly === "undefined") return;
  const worker = born();
  const clock = setTimeout(() => { taken()?.terminate(); }, IDLE_MS);
  warmed = { worker, clock };
}

function taken(): Worker | null {
  const found = warmed;
  warmed = null;
  if (found) clearTimeout(found.clock);
  return found?.worker ?? null;
}

export async function start(engine: Engine): Promise<Result<Runner, Cannot>> {
  if (typeof Worker === "undefined") return no({ why: "no_worker" });
  if (typeof WebAssembly === "undefined") return no({ why: "no_wasm" });
  const worker = taken() ?? born();
  const told = await asked(worker, { kind: "load", engine }, LOAD_MS);
  if (!told.ok || told.value.kind !== "loaded") {
    worker.terminate();
    return no(told.ok ? { why: "failed", problem: told.value.kind } : told.error);
  }
  const answer = async (ask: Ask): Promise<Result<{ text: string; runMs: number }, Cannot>> => {
    const said = await asked(worker, ask, RUN_MS);
    if (!said.ok) return said;
    return said.value.kind === "answer" ? ok(said.value) : no({ why: "failed", problem: said.value.kind });
  };
  return ok({
    bootMs: told.value.bootMs, importMs: told.value.importMs,
    recompute: (text) => answer({ kind: "recompute", text }),
    trial: (text) => answer({ kind: "trial", text }),
    stop: () => worker.terminate(),
  });
}

function asked(worker: Worker, ask: Ask, limitMs: number): Promise<Result<Told, Cannot>> {
  return new Promise((resolve) => {
    const done = (answer: Result<Told, Cannot>) => {
      clearTimeout(clock);
      worker.removeEventListener("message", hear);
      worker.removeEventListener("error", fail);
      resolve(answer);
    };
    const hear = (event: MessageEvent<Told>) => done(event.data.kind === "failed" ? no({ why: "failed", problem: event.data.problem }) : ok(event.data));
    const fail = (event: ErrorEvent) => done(no({ why: "failed", problem: event.message || "worker" }));
    const clock = setTimeout(() => done(no({ why: "too_slow" })), limitMs);
    worker.addEventListener("message", hear);
    worker.addEventListener("error", fail);
    worker.postMessage(ask);
  });
}
