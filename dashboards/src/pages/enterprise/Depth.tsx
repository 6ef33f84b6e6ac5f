import { useTranslation } from "react-i18next";
import type { Level, Quote } from "@/api/market";
import { forDrawing, formatted, major, minus, total } from "@/lib/decimal";
import { Coin } from "@/ui/Num";
import { Empty } from "@/ui/states";

interface Row extends Level {
  sum: string;
}

function cumulated(levels: readonly Level[]): Row[] {
  let sum = "0";
  return levels.map((level) => ({ ...level, sum: (sum = total([sum, level.quantity])) }));
}

/** Sells above, buys below, best prices at the gap; a bar's length is the sum its row shows. */
export function Depth({ quote, onPick }: { quote: Quote; onPick?: (price: string, side: "buy" | "sell") => void }) {
  const { t } = useTranslation();
  const [sells, buys] = [cumulated(quote.sells), cumulated(quote.buys)];
  if (sells.length + buys.length === 0) return <Empty icon="candles" title={t("market.noBook")} />;
  const most = Math.max(...[...sells, ...buys].map((row) => forDrawing(row.sum)), 1);
  const spread = sells[0] && buys[0] ? minus(sells[0].price_cents, buys[0].price_cents) : null;
  const line = (row: Row, side: "sell" | "buy") => (
    <tr key={`${side}${row.price_cents}`}>
      <td className={side === "sell" ? "down" : "up"}>
        {onPick
          ? <button type="button" onClick={() => onPick(row.price_cents, side === "sell" ? "buy" : "sell")}><Coin cents={row.price_cents} unit={false} /></button>
          : <Coin cents={row.price_cents} unit={false} />}
        {row.own !== "0" && row.own ? <span className="own" title={t("market.mine", { n: row.own })} /> : null}
      </td>
      <td>{formatted(row.quantity, 0)}</td>
      <td className="bar" style={{ "--bar": `var(--${side === "sell" ? "down" : "up"}-soft)`, "--share": `${(forDrawing(row.sum) / most) * 100}%` } as React.CSSProperties}>{formatted(row.sum, 0)}</td>
    </tr>
  );
  return (
    <table className="book">
      <thead><tr><th scope="col">{t("market.price")}</th><th scope="col">{t("market.quantity")}</th><th scope="col">{t("market.sum")}</th></tr></thead>
      <tbody>
        {[...sells].reverse().map((row) => line(row, "sell"))}
        <tr className="spread"><td colSpan={3}>{t("market.spread")} {spread === null ? "—" : major(spread, 2)}</td></tr>
        {buys.map((row) => line(row, "buy"))}
      </tbody>
    </table>
  );
}
