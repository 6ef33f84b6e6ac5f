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

interface Point { x: number; y: number }
interface Places {
  at: Map<string, Point>;
  /** By flow: where it passes columns in between, so that it never runs behind a box. */
  ways: Map<string, Point[]>;
  width: number;
  height: number;
}

const nameOf = (edge: { source: string; target: string }): string => `${edge.source} ${edge.target}`;

/** A slot for each node, and one for each flow in every column that it passes. */
export function placesOf(trace: Trace, box: number): Places {
  const columns = columnsOf(trace);
  const filled = new Map<number, number>();
  const slot = (column: number) => {
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { column, row };
  };
  const rows = trace.nodes.map((node) => ({ id: node.id, ...slot(columns.get(node.id) ?? 0) }));
  const passing = bundled(trace.edges).map((edge) => {
    const [from, to] = [columns.get(edge.source) ?? 0, columns.get(edge.target) ?? 0];
    return { name: nameOf(edge), slots: Array.from({ length: Math.max(0, to - from - 1) }, (_, n) => slot(from + 1 + n)) };
  });
  const most = Math.max(1, ...filled.values());
  const place = ({ column, row }: { column: number; row: number }): Point => ({ x: PAD + column * (box + GAP.x), y: PAD + (row + (most - (filled.get(column) ?? 1)) / 2) * (HEIGHT + GAP.y) });
  return {
    at: new Map(rows.map((row) => [row.id, place(row)])),
    ways: new Map(passing.map((each) => [each.name, each.slots.map(place)])),
    width: PAD * 2 + Math.max(0, ...filled.keys()) * (box + GAP.x) + box,
    height: PAD * 2 + (most - 1) * (HEIGHT + GAP.y) + HEIGHT,
  };
}

/** How far from a box's middle each flow arrives: two amounts are never written over each other. */
export function arrivals(edges: readonly { source: string; target: string }[], at: Map<string, Point>): Map<string, number> {
  const found = new Map<string, number>();
  for (const target of new Set(edges.map((edge) => edge.target))) {
    const coming = edges.filter((edge) => edge.target === target).sort((a, b) => (at.get(a.source)?.y ?? 0) - (at.get(b.source)?.y ?? 0));
    const apart = Math.min(18, (HEIGHT - 12) / coming.length);
    coming.forEach((edge, i) => found.set(nameOf(edge), (i - (coming.length - 1) / 2) * apart));
  }
  return found;
}

export function TraceGraph({ data }: { data: Trace }) {
  const { t } = useTranslation();
  const words = useNodeWords();
  const box = widthOf(data);
  const places = useMemo(() => placesOf(data, box), [data, box]);
  const edges = useMemo(() => bundled(data.edges), [data]);
  const offsets = useMemo(() => arrivals(edges, places.at), [edges, places]);
  return (
    <div className="trace-graph" tabIndex={0} role="region" aria-label={t("trace.graph")}>
      <svg width={places.width} height={places.height} role="img" aria-label={t("trace.summary", { nodes: data.nodes.length, edges: data.edges.length })}>
        {edges.map((edge) => <Flow key={`${edge.source} ${edge.target}`} edge={edge} box={box} from={places.at.get(edge.source)!} to={places.at.get(edge.target)!} by={places.ways.get(nameOf(edge)) ?? []} arrives={offsets.get(nameOf(edge)) ?? 0} words={amountText(data, edge.amount)} />)}
        {data.nodes.map((node) => {
          const { x, y } = places.at.get(node.id)!;
          const who = node.organisation || (node.kind === "holding" || data.kind !== "coin" ? t("trace.hidden") : "");
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

/** Curves from box to box through the free slots in between; the amount stands before the arrow. */
function Flow({ edge, box, from, to, by, arrives, words }: { edge: { broken: boolean }; box: number; from: Point; to: Point; by: readonly Point[]; arrives: number; words: string }) {
  const end = { x: to.x - 7, y: to.y + HEIGHT / 2 + arrives };
  let here = { x: from.x + box, y: from.y + HEIGHT / 2 };
  let path = `M${here.x} ${here.y}`;
  for (const stop of by) {
    const y = stop.y + HEIGHT / 2;
    path += `${curve(here, { x: stop.x, y })} L${stop.x + box} ${y}`;
    here = { x: stop.x + box, y };
  }
  return (
    <g className="trace-flow" data-broken={edge.broken}>
      <path d={path + curve(here, end)} />
      <polygon points={`${end.x},${end.y - 5} ${end.x + 7},${end.y} ${end.x},${end.y + 5}`} />
      <text x={end.x - 4} y={end.y - 5}>{words}</text>
    </g>
  );
}

function curve(from: Point, to: Point): string {
  const bend = (to.x - from.x) / 2;
  return ` C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
}
