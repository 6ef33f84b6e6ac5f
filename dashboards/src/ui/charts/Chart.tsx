/** A canvas chart with a sentence for those who cannot see it; redrawn when data or theme change. */
import { useEffect, useRef, useState } from "react";
import { token, useTheme } from "@/theme";
import { Skeleton } from "../states";
import type { ECharts } from "./echarts";

export type Option = Parameters<ECharts["setOption"]>[0];
export type Paint = (name: string) => string;

export function Chart({ option, height, summary }: { option: (paint: Paint) => Option; height: number; summary: string }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const [ready, setReady] = useState(false);
  const theme = useTheme();
  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | null = null;
    void import("./echarts").then(({ init }) => {
      if (gone || !host.current) return;
      const made = init(host.current, null, { renderer: "canvas" });
      chart.current = made;
      observer = new ResizeObserver(() => made.resize());
      observer.observe(host.current);
      setReady(true);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option(token), { notMerge: true, lazyUpdate: true });
  }, [option, ready, theme]);
  return (
    <div style={{ position: "relative", height }}>
      {ready ? null : <div style={{ position: "absolute", inset: 0 }}><Skeleton height={height} /></div>}
      <div ref={host} role="img" aria-label={summary} style={{ height }} />
    </div>
  );
}
