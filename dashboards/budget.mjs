// Compares the built bundles with the budget of each route (gzip, before data). `--json` prints one JSON line.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const sizes = new Map();

function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length);
  return sizes.get(file);
}

function reach(key, found = new Set()) {
  if (found.has(key)) return found;
  found.add(key);
  for (const next of manifest[key].imports ?? []) reach(next, found);
  return found;
}

const kilo = (keys) => [...keys].reduce((sum, key) => sum + sizeOf(manifest[key].file), 0) / 1000;
const entry = reach("index.html");
const route = (name) => kilo(new Set([...entry, ...reach(`src/pages/${name}.tsx`)]));
const css = Object.values(manifest).flatMap((chunk) => chunk.css ?? []).filter((file, at, all) => all.indexOf(file) === at);

// Route -> kB of entry and route together; from the design's performance budget.
const ROUTES = {
  "visitor/Home": 190, "visitor/Login": 190, "visitor/Verify": 190, "visitor/Register": 190, "enterprise/Live": 210, "enterprise/Workbench": 210,
  "enterprise/Market": 300, "regulator/Wall": 300, "enterprise/Period": 340, "auditor/Review": 340, "auditor/Recompute": 210, "administrator/Registration": 340,
  "enterprise/Devices": 210, "enterprise/Compliance": 210, "shared/Members": 210, "shared/Settings": 210, "regulator/Obligations": 210, "visitor/Invitation": 190, "visitor/Guide": 190, "visitor/GuideOf": 190,
};
const figures = {
  entry_js: { value: kilo(entry), limit: 175 },
  chart_chunk: { value: kilo(reach("src/ui/charts/echarts.ts")) - kilo([...reach("src/ui/charts/echarts.ts")].filter((key) => entry.has(key))), limit: 200 },
  css: { value: css.reduce((sum, file) => sum + sizeOf(file), 0) / 1000, limit: 15 },
};
for (const [name, limit] of Object.entries(ROUTES)) figures[name] = { value: route(name), limit };
for (const figure of Object.values(figures)) Object.assign(figure, { value: Math.round(figure.value * 10) / 10, unit: "kB", holds: figure.value <= figure.limit });

const ok = Object.values(figures).every((figure) => figure.holds);
if (process.argv.includes("--json")) console.log(JSON.stringify({ ok, figures, skipped: [] }));
else for (const [name, figure] of Object.entries(figures)) console.log(`${figure.holds ? "ok  " : "OVER"} ${name.padEnd(28)} ${String(figure.value).padStart(6)} / ${figure.limit} kB`);
process.exit(ok ? 0 : 1);
