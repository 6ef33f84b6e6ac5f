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
interface Options {
  indexURL: string;
  _loadSnapshot?: ArrayBuffer;
}
declare const __PYODIDE__: string;
declare const __PYTHON_MEMORY__: string;

const FOLDER = "/engine";
const born = performance.now();
// Python starts with the worker, while the page still asks for the report and the engine's files.
const booting = boot();
// Who asks is told of a failure; until then nobody listens.
booting.catch(() => undefined);
let entry: Entry | null = null;

async function boot(): Promise<{ python: Python; bootMs: number }> {
  const memory = __PYTHON_MEMORY__ ? fetch(__PYTHON_MEMORY__).then((answer) => (answer.ok ? answer.arrayBuffer() : null)).catch(() => null) : null;
  const { loadPyodide } = (await import(/* @vite-ignore */ `${__PYODIDE__}pyodide.mjs`)) as { loadPyodide: (options: Options) => Promise<Python> };
  const plain = () => loadPyodide({ indexURL: __PYODIDE__ });
  const ready = await memory;
  // Without the memory Python starts as it does anywhere, some seconds later.
  const python = ready ? await loadPyodide({ indexURL: __PYODIDE__, _loadSnapshot: ready }).catch(plain) : await plain();
  return { python, bootMs: performance.now() - born };
}

async function load(engine: Extract<Ask, { kind: "load" }>["engine"]): Promise<Told> {
  const { python, bootMs } = await booting;
  const booted = performance.now();
  for (const file of engine.files) {
    python.FS.mkdirTree(`${FOLDER}/${file.path.slice(0, file.path.lastIndexOf("/"))}`);
    python.FS.writeFile(`${FOLDER}/${file.path}`, file.text);
  }
  python.runPython(`import sys; sys.path.insert(0, "${FOLDER}")`);
  entry = python.pyimport(engine.entry);
  return { kind: "loaded", bootMs, importMs: performance.now() - booted };
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
