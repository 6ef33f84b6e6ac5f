/** The graph from issue to present holders, left to right by the order of the chain; what does not fit is red. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Trace, TraceEdge, TraceNode } from "@/api/oversight";
import { useTerm } from "@/labels";
import { amountText } from "./Trace";
import "./trace.css";

/** Column of each node: one past the furthest of those it comes from. */
export function columnsOf(trace: Trace): Map<string, number> {
  const columns = new Map<string, number>();
  for (const node of trace.nodes) {
    const before = trace.edges.filter((edge) => edge.target === node.id && edge.source !== node.id).map((edge) => columns.get(edge.source) ?? 0);
    columns.set(node.id, before.length ? Math.max(...before) + 1 : 0);
  }
  return columns;
}

/** One edge between two nodes, however many ranges it carries. */
export function bundled(edges: readonly TraceEdge[]): { source: string; target: string; amount: string; broken: boolean }[] {
  const found = new Map<string, { source: string; target: string; amount: string; broken: boolean }>();
  for (const edge of edges) {
    const key = `${edge.source} ${edge.target}`;
    const known = found.get(key) ?? { source: edge.source, target: edge.target, amount: "0", broken: false };
    found.set(key, { ...known, amount: (BigInt(known.amount) + BigInt(edge.amount)).toString(), broken: known.broken || edge.broken });
  }
  return [...found.values()];
}

/** What a node is: a transaction's name, or the state in which something rests. */
export function useNodeWords() {
  const { t } = useTranslation();
  const term = useTerm();
  return (node: TraceNode): string => {
    if (node.label === "obligation" || node.label === "unspent") return t(`way.${node.label}`);
    if (node.kind === "holding") return term("LotState", node.label);
    return node.label ? t(`tx.${node.label as "list"}`, { defaultValue: node.label }) : "…";
  };
}

const HEIGHT = 68;
const GAP = { x: 92, y: 24 };
const PAD = 12;
/** Coin has two decimals and more digits than tonnes. */
const widthOf = (trace: Trace): number => (trace.kind === "coin" ? 244 : 176);

function placesOf(trace: Trace, box: number): { at: Map<string, { x: number; y: number }>; width: number; height: number } {
  const columns = columnsOf(trace);
  const filled = new Map<number, number>();
  const rows = trace.nodes.map((node) => {
    const column = columns.get(node.id) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { id: node.id, column, row };
  });
  const most = Math.max(1, ...filled.values());
  const at = new Map(rows.map(({ id, column, row }) => [id, { x: PAD + column * (box + GAP.x), y: PAD + (row + (most - (filled.get(column) ?? 1)) / 2) * (HEIGHT + GAP.y) }]));
  return { at, width: PAD * 2 + Math.max(0, ...filled.keys()) * (box + GAP.x) + box, height: PAD * 2 + (most - 1) * (HEIGHT + GAP.y) + HEIGHT };
}

export function TraceGraph({ data }: { data: Trace }) {
  const { t } = useTranslation();
  const words = useNodeWords();
  const box = widthOf(data);
  const places = useMemo(() => placesOf(data, box), [data, box]);
  const edges = useMemo(() => bundled(data.edges), [data]);
  return (
    <div className="trace-graph" tabIndex={0} role="region" aria-label={t("trace.graph")}>
      <svg width={places.width} height={places.height} role="img" aria-label={t("trace.summary", { nodes: data.nodes.length, edges: data.edges.length })}>
        {edges.map((edge) => <Flow key={`${edge.source} ${edge.target}`} edge={edge} box={box} from={places.at.get(edge.source)!} to={places.at.get(edge.target)!} words={amountText(data, edge.amount)} />)}
        {data.nodes.map((node) => {
          const { x, y } = places.at.get(node.id)!;
          const who = node.organisation || (node.kind === "holding" || node.account ? t("trace.hidden") : "");
          const entry = t("way.entry", { n: amountText(data, node.amount_in === "0" ? node.born : node.amount_in) });
          const leaves = [...(node.amount_out === "0" ? [] : [t("way.out", { n: amountText(data, node.amount_out) })]), ...(node.rest === "0" ? [] : [t("way.rest", { n: amountText(data, node.rest) })])];
          const sum = `${entry} = ${leaves.join(" + ") || "0"}`;
          return (
            <g key={node.id} className="trace-node" data-kind={node.kind} data-broken={node.conserved === false} transform={`translate(${x} ${y})`}>
              <rect width={box} height={HEIGHT} rx={10} />
              <text x={12} y={22} className="what">{node.conserved === false ? "⚠ " : ""}{words(node)}</text>
              <text x={12} y={40} className="who">{cut(who)}</text>
              <text x={12} y={57} className="sum">{node.kind === "rim" ? "…" : sum}</text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

const LETTERS = 13;
const cut = (text: string): string => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);

function Flow({ edge, box, from, to, words }: { edge: { broken: boolean }; box: number; from: { x: number; y: number }; to: { x: number; y: number }; words: string }) {
  const [x1, y1, x2, y2] = [from.x + box, from.y + HEIGHT / 2, to.x - 7, to.y + HEIGHT / 2];
  const bend = (x2 - x1) / 2;
  return (
    <g className="trace-flow" data-broken={edge.broken}>
      <path d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />
      <polygon points={`${x2},${y2 - 5} ${x2 + 7},${y2} ${x2},${y2 + 5}`} />
      <text x={x2 - 4} y={y2 - 7}>{words}</text>
    </g>
  );
}
