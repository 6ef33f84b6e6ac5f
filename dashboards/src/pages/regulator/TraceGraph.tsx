/** The graph from issue to present holders, left to right by the order of the chain. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Trace, TraceNode } from "@/api/oversight";
import { useTerm } from "@/labels";
import { Chart, type Paint } from "@/ui/charts/Chart";
import { amountText } from "./Trace";

/** Column of each node: one past the furthest of those it comes from. */
export function columnsOf(trace: Trace): Map<string, number> {
  const columns = new Map<string, number>();
  for (const node of trace.nodes) {
    const before = trace.edges.filter((edge) => edge.target === node.id && edge.source !== node.id).map((edge) => columns.get(edge.source) ?? 0);
    columns.set(node.id, before.length ? Math.max(...before) + 1 : 0);
  }
  return columns;
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

const HEIGHT_OF_ROW = 84;

export function TraceGraph({ data }: { data: Trace }) {
  const { t } = useTranslation();
  const columns = useMemo(() => columnsOf(data), [data]);
  const nodes = data.nodes;
  const rows = new Map<number, number>();
  const places = nodes.map((node) => {
    const column = columns.get(node.id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { column, row };
  });
  const most = Math.max(1, ...rows.values());
  const words = useNodeWords();
  const word = (node: TraceNode) => (node.kind === "holding" ? `${words(node)}\n${node.organisation || t("trace.hidden")}` : words(node));
  const option = useMemo(
    () => (paint: Paint) => ({
      animation: false,
      textStyle: { fontFamily: paint("--font") },
      tooltip: { backgroundColor: paint("--surface"), borderColor: paint("--line"), textStyle: { color: paint("--ink"), fontSize: 12 } },
      series: [{
        type: "graph" as const,
        layout: "none" as const,
        roam: true,
        left: 60, right: 90, top: 30, bottom: 40,
        edgeSymbol: ["none", "arrow"] as [string, string],
        edgeSymbolSize: 7,
        label: { show: true, position: "bottom" as const, color: paint("--ink"), fontSize: 12 },
        edgeLabel: { show: true, fontSize: 11, color: paint("--ink-3"), formatter: (item: { data?: unknown }) => (item.data as { words?: string }).words ?? "" },
        lineStyle: { color: paint("--ink-3"), width: 1.4, curveness: 0.08 },
        data: nodes.map((node, i) => ({
          id: node.id,
          name: word(node),
          x: places[i]!.column * 190,
          y: (places[i]!.row - ((rows.get(places[i]!.column) ?? 1) - 1) / 2) * HEIGHT_OF_ROW,
          symbol: node.kind === "holding" ? "roundRect" : "circle",
          symbolSize: node.kind === "holding" ? 26 : 18,
          itemStyle: { color: node.conserved === false ? paint("--danger") : node.kind === "holding" ? paint("--primary") : paint("--chain") },
        })),
        links: data.edges.map((edge) => ({
          source: edge.source, target: edge.target, words: amountText(data, edge.amount),
          lineStyle: edge.broken ? { color: paint("--danger"), width: 2.4, type: "dashed" as const } : undefined,
          label: edge.broken ? { color: paint("--danger") } : undefined,
        })),
      }],
    }),
    // Words depend on the language only through t.
    [data, t],
  );
  return <Chart option={option} height={Math.max(240, most * HEIGHT_OF_ROW + 100)} summary={t("trace.summary", { nodes: nodes.length, edges: data.edges.length })} />;
}
