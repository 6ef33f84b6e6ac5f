// Rules that keep the pages consistent: antd only in src/ui, colours only in tokens.css, texts only in locales, today in Shanghai.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const root = new URL("src", import.meta.url).pathname;
const faults = [];

function filesUnder(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

function fault(file, line, words) {
  faults.push(`${relative(root, file)}:${line}: ${words}`);
}

const COLOUR = /#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(/;

function checkLines(file, text) {
  const inUi = file.includes("/src/ui/");
  text.split("\n").forEach((line, at) => {
    if (!inUi && /from "(antd|@ant-design)[/"]|import\("(antd|@ant-design)/.test(line)) fault(file, at + 1, "antd is imported outside src/ui");
    const code = line.replace(/\/\/.*$|^\s*\*.*$|\/\*.*\*\//g, "");
    if (!file.endsWith("tokens.css") && COLOUR.test(code) && !/url\(#|href="#|`#\$|"#\{|#content|#root/.test(code)) fault(file, at + 1, "a colour stands outside tokens.css");
    // Until eight in the morning the day of UTC is yesterday.
    if (/new Date\(\)\.toISOString\(\)\.slice\(0, 10\)/.test(code)) fault(file, at + 1, "today's day is Shanghai's: dayOf(Date.now()) of ui/time");
  });
}

// Words a person reads: JSX text, and the attributes that are read aloud or shown.
const SHOWN = new Set(["aria-label", "placeholder", "title", "alt", "label", "hint", "summary"]);
const WORDS = /\p{L}{2,}/u;

function checkTexts(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, file.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const at = (node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const visit = (node) => {
    if (ts.isJsxText(node) && WORDS.test(node.text) && !/^[\s]*(kB|k B)[\s]*$/.test(node.text)) fault(file, at(node), `text outside locales: ${node.text.trim().slice(0, 40)}`);
    if (ts.isJsxAttribute(node) && SHOWN.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer) && WORDS.test(node.initializer.text))
      fault(file, at(node), `text outside locales: ${node.initializer.text.slice(0, 40)}`);
    if (ts.isStringLiteralLike(node) && /\p{Script=Han}/u.test(node.text) && node.text.length > 1) fault(file, at(node), `Chinese text outside locales: ${node.text.slice(0, 20)}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
}

for (const file of filesUnder(root)) {
  if (!/\.(tsx?|css)$/.test(file) || file.endsWith(".gen.ts") || file.endsWith("schema.d.ts")) continue;
  const text = readFileSync(file, "utf8");
  checkLines(file, text);
  if (!file.endsWith(".css") && !file.includes("/locales/")) checkTexts(file, text);
  const lines = text.split("\n").length;
  if (lines > 500) fault(file, lines, "a file of over 500 lines");
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log("lint: antd, colours, texts and sizes are where they belong");
