/** Runs the platform's own Python modules in this browser: Python itself and the engine come from this site alone. */
import { problemText, type Ask, type Told } from "./protocol";

interface Entry {
  recompute_text(content: string): string;
  trial_text(given: string): string;
}
interface Python {
  FS: { mkdirTree(path: string): void; writeFile(path: string, text: string): void };
  pyimport(name: string): Entry;
  runPython(code: string): unknown;
}
declare const __PYODIDE__: string;

const FOLDER = "/engine";
let entry: Entry | null = null;

async function load(engine: Extract<Ask, { kind: "load" }>["engine"]): Promise<Told> {
  const started = performance.now();
  const { loadPyodide } = (await import(/* @vite-ignore */ `${__PYODIDE__}pyodide.mjs`)) as { loadPyodide: (options: { indexURL: string }) => Promise<Python> };
  const python = await loadPyodide({ indexURL: __PYODIDE__ });
  const booted = performance.now();
  for (const file of engine.files) {
    python.FS.mkdirTree(`${FOLDER}/${file.path.slice(0, file.path.lastIndexOf("/"))}`);
    python.FS.writeFile(`${FOLDER}/${file.path}`, file.text);
  }
  python.runPython(`import sys; sys.path.insert(0, "${FOLDER}")`);
  entry = python.pyimport(engine.entry);
  return { kind: "loaded", bootMs: booted - started, importMs: performance.now() - booted };
}

function run(ask: Extract<Ask, { kind: "recompute" | "trial" }>): Told {
  if (!entry) throw new Error("not loaded");
  const started = performance.now();
  const text = ask.kind === "recompute" ? entry.recompute_text(ask.text) : entry.trial_text(ask.text);
  return { kind: "answer", text, runMs: performance.now() - started };
}

self.addEventListener("message", (event: MessageEvent<Ask>) => {
  const ask = event.data;
  const work = ask.kind === "load" ? load(ask.engine) : Promise.resolve().then(() => run(ask));
  work.catch((error: unknown): Told => ({ kind: "failed", problem: problemText(error) })).then((told) => self.postMessage(told));
});
