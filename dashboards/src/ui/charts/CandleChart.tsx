/** Candles of trades. The library sits behind this one component, so that it can be replaced. */
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Chart, KLineData } from "klinecharts";
import { token, useRise, useTheme } from "@/theme";

export interface CandlePoint {
  start: string;
  open_cents: string;
  high_cents: string;
  low_cents: string;
  close_cents: string;
  volume: string;
}

// Prices are drawn as floats and only drawn: figures beside the chart come from the text.
const bar = (candle: CandlePoint): KLineData => ({
  timestamp: Date.parse(candle.start),
  open: Number(candle.open_cents) / 100,
  high: Number(candle.high_cents) / 100,
  low: Number(candle.low_cents) / 100,
  close: Number(candle.close_cents) / 100,
  volume: Number(candle.volume),
});

const PERIODS = {
  "1m": { type: "minute", span: 1 },
  "5m": { type: "minute", span: 5 },
  "1h": { type: "hour", span: 1 },
  "1d": { type: "day", span: 1 },
} as const;
export type Step = keyof typeof PERIODS;

function styles() {
  const [ink3, line, up, down, font] = ["--ink-3", "--line-soft", "--up", "--down", "--font"].map(token) as [string, string, string, string, string];
  const axis = { axisLine: { color: line }, tickLine: { color: line }, tickText: { color: ink3, family: font, size: 11 } };
  return {
    grid: { horizontal: { color: line }, vertical: { show: false } },
    candle: {
      bar: { upColor: up, downColor: down, noChangeColor: ink3, upBorderColor: up, downBorderColor: down, noChangeBorderColor: ink3, upWickColor: up, downWickColor: down, noChangeWickColor: ink3 },
      priceMark: { high: { color: ink3, textFamily: font }, low: { color: ink3, textFamily: font }, last: { upColor: up, downColor: down, noChangeColor: ink3, text: { family: font } } },
      tooltip: { title: { show: false }, legend: { color: ink3, family: font, size: 11 } },
    },
    indicator: { bars: [{ upColor: `${up}99`, downColor: `${down}99`, noChangeColor: ink3 }], tooltip: { title: { color: ink3, family: font }, legend: { color: ink3, family: font, size: 11 } } },
    xAxis: axis,
    yAxis: axis,
    separator: { color: line },
    crosshair: { horizontal: { line: { color: ink3 }, text: { family: font } }, vertical: { line: { color: ink3 }, text: { family: font } } },
  };
}

export function CandleChart({ candles, symbol, step, height = 420 }: { candles: readonly CandlePoint[]; symbol: string; step: Step; height?: number }) {
  const { t, i18n } = useTranslation();
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const push = useRef<((bar: KLineData) => void) | null>(null);
  const data = useRef(candles);
  const theme = useTheme();
  const rise = useRise();
  data.current = candles;
  const first = candles.length === 0 ? "" : candles[0]!.start;

  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | null = null;
    const box = host.current;
    void import("klinecharts").then(({ init, dispose }) => {
      if (gone || !box) return;
      const made = init(box, { locale: i18n.language === "en" ? "en-US" : "zh-CN", timezone: "Asia/Shanghai", styles: styles() });
      if (!made) return;
      chart.current = made;
      made.setSymbol({ ticker: symbol, pricePrecision: 2, volumePrecision: 0 });
      made.setPeriod(PERIODS[step]);
      made.setDataLoader({
        // The whole tape is here; asking for more would load for ever.
        getBars: ({ callback }) => callback(data.current.map(bar), false),
        subscribeBar: ({ callback }) => {
          push.current = callback;
        },
        unsubscribeBar: () => {
          push.current = null;
        },
      });
      made.createIndicator({ name: "MA", paneId: "candle_pane" }, true);
      made.createIndicator("VOL");
      // The library makes its host focusable before the page's own order.
      for (const element of box.querySelectorAll<HTMLElement>("[tabindex]")) element.tabIndex = 0;
      observer = new ResizeObserver(() => made.resize());
      observer.observe(box);
      (made as unknown as { __dispose: () => void }).__dispose = () => dispose(box);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      (chart.current as unknown as { __dispose?: () => void } | null)?.__dispose?.();
      chart.current = null;
    };
  }, [symbol, step, first, i18n.language]);

  useEffect(() => {
    chart.current?.setStyles(styles());
  }, [theme, rise]);

  const last = candles.at(-1);
  useEffect(() => {
    if (last) push.current?.(bar(last));
  }, [last]);

  return <div ref={host} role="group" aria-label={t("market.chartLabel")} style={{ height }} />;
}
