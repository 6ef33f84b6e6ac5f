/// <reference types="vitest/config" />
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// WhiteNoise hands out NAME.br and NAME.gz beside NAME when they are there; compressing once here keeps the server idle.
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    closeBundle() {
      for (const file of filesUnder(fileURLToPath(new URL("dist", import.meta.url)))) {
        if (!/\.(js|mjs|css|svg|json|wasm|memory)$/.test(file)) continue;
        const body = readFileSync(file);
        if (body.length < 1024) continue;
        writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      }
    },
  };
}

// Python for the auditor's own calculation: five files of the package, under an address that names their version.
const PYODIDE_FILES = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];
const pyodideHome = new URL("node_modules/pyodide/", import.meta.url);
const pyodideFolder = `pyodide/${(JSON.parse(readFileSync(new URL("package.json", pyodideHome), "utf8")) as { version: string }).version}/`;

// What the calculation imports of Python's own library: Python's memory with these in it is made once, here, because
// starting Python and importing them takes a browser longer than loading the memory (ADR 0038).
const PYTHON_IMPORTS = "import collections.abc, contextlib, dataclasses, datetime, decimal, enum, fractions, functools, hashlib, importlib.resources, json, math, pathlib, re, tomllib, typing";
const memoryFile = `python-${createHash("sha256").update(pyodideFolder + PYTHON_IMPORTS).digest("hex").slice(0, 8)}.memory`;

interface Startable {
  loadPyodide(options: { indexURL: string; _makeSnapshot: boolean }): Promise<{ runPython(code: string): unknown; makeMemorySnapshot(): Uint8Array }>;
}

async function pythonMemory(): Promise<Uint8Array> {
  const { loadPyodide } = (await import(new URL("pyodide.mjs", pyodideHome).href)) as Startable;
  const python = await loadPyodide({ indexURL: fileURLToPath(pyodideHome), _makeSnapshot: true });
  python.runPython(PYTHON_IMPORTS);
  return python.makeMemorySnapshot();
}

function pythonBeside(): Plugin {
  return {
    name: "python-beside",
    async writeBundle(options) {
      const folder = join(options.dir ?? "dist", pyodideFolder);
      mkdirSync(folder, { recursive: true });
      for (const name of PYODIDE_FILES) copyFileSync(new URL(name, pyodideHome), join(folder, name));
      writeFileSync(join(folder, memoryFile), await pythonMemory());
    },
    configureServer(server) {
      server.middlewares.use(`/app/${pyodideFolder}`, (request, response, next) => {
        const name = (request.url ?? "").replace(/^\/|\?.*$/g, "");
        if (!PYODIDE_FILES.includes(name)) return next();
        response.setHeader("Content-Type", name.endsWith(".wasm") ? "application/wasm" : name.endsWith(".mjs") ? "text/javascript" : "application/octet-stream");
        response.end(readFileSync(new URL(name, pyodideHome)));
      });
    },
  };
}

// Ant Design locks the page behind a dialog by a style element without a nonce; ours does it by a class.
function ownScrollLock(): Plugin {
  return {
    name: "own-scroll-lock",
    enforce: "pre",
    resolveId(source, importer) {
      if (!source.endsWith("/useScrollLocker") || !importer?.includes("@rc-component/portal")) return null;
      return fileURLToPath(new URL("src/ui/antd/scrollLock.ts", import.meta.url));
    },
  };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

const backend = `http://localhost:${process.env["TANHENG_PORT"] ?? "8000"}`;

export default defineConfig(({ command }) => ({
  base: command === "build" ? "/static/ui/" : "/app/",
  plugins: [react(), ownScrollLock(), pythonBeside(), precompress()],
  define: {
    __PYODIDE__: JSON.stringify((command === "build" ? "/static/ui/" : "/app/") + pyodideFolder),
    __PYTHON_MEMORY__: JSON.stringify(command === "build" ? `/static/ui/${pyodideFolder}${memoryFile}` : ""),
  },
  worker: { format: "es" },
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  // The server writes a fresh nonce in place of this word each time it hands out index.html.
  html: command === "build" ? { cspNonce: "__CSP_NONCE__" } : {},
  build: {
    target: "es2022",
    manifest: true,
    sourcemap: false,
    chunkSizeWarningLimit: 900,
    // Inlined files would be data: scripts and styles, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: { "/api": backend, "/_allauth": backend, "/ws": { target: backend, ws: true } },
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"], restoreMocks: true, setupFiles: ["test/setup.ts"] },
}));
