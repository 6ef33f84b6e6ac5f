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

const BOX = { width: 176, height: 68 };
const STEP = { x: 290, y: 92 };
const PAD = 12;

function placesOf(trace: Trace): { at: Map<string, { x: number; y: number }>; width: number; height: number } {
  const columns = columnsOf(trace);
  const filled = new Map<number, number>();
  const rows = trace.nodes.map((node) => {
    const column = columns.get(node.id) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { id: node.id, column, row };
  });
  const most = Math.max(1, ...filled.values());
  const at = new Map(rows.map(({ id, column, row }) => [id, { x: PAD + column * STEP.x, y: PAD + (row + (most - (filled.get(column) ?? 1)) / 2) * STEP.y }]));
  return { at, width: PAD * 2 + (Math.max(0, ...filled.keys()) * STEP.x) + BOX.width, height: PAD * 2 + (most - 1) * STEP.y + BOX.height };
}

export function TraceGraph({ data }: { data: Trace }) {
  const { t } = useTranslation();
  const words = useNodeWords();
  const places = useMemo(() => placesOf(data), [data]);
  const edges = useMemo(() => bundled(data.edges), [data]);
  return (
    <div className="trace-graph" tabIndex={0} role="region" aria-label={t("trace.graph")}>
      <svg width={places.width} height={places.height} role="img" aria-label={t("trace.summary", { nodes: data.nodes.length, edges: data.edges.length })}>
        {edges.map((edge) => <Flow key={`${edge.source} ${edge.target}`} edge={edge} from={places.at.get(edge.source)!} to={places.at.get(edge.target)!} words={amountText(data, edge.amount)} />)}
        {data.nodes.map((node) => {
          const { x, y } = places.at.get(node.id)!;
          const who = node.organisation || (node.kind === "holding" || node.account ? t("trace.hidden") : "");
          const sum = `${t("way.entry", { n: amountText(data, node.amount_in === "0" ? node.born : node.amount_in) })} = ${t("way.leave", { out: amountText(data, node.amount_out), rest: amountText(data, node.rest) })}`;
          return (
            <g key={node.id} className="trace-node" data-kind={node.kind} data-broken={node.conserved === false} transform={`translate(${x} ${y})`}>
              <rect width={BOX.width} height={BOX.height} rx={10} />
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

function Flow({ edge, from, to, words }: { edge: { broken: boolean }; from: { x: number; y: number }; to: { x: number; y: number }; words: string }) {
  const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x - 7, to.y + BOX.height / 2];
  const bend = (x2 - x1) / 2;
  return (
    <g className="trace-flow" data-broken={edge.broken}>
      <path d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />
      <polygon points={`${x2},${y2 - 5} ${x2 + 7},${y2} ${x2},${y2 + 5}`} />
      <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 6}>{words}</text>
    </g>
  );
}
