import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TapeRow } from "@/api/market";
import { formatted } from "@/lib/decimal";
import { shortHash } from "@/ui/Hash";
import { Coin } from "@/ui/Num";
import { Empty } from "@/ui/states";
import { Instant } from "@/ui/time";

/** Trades newest first, each with its transaction; up or down against the one before it. */
export function Tape({ rows }: { rows: readonly TapeRow[] }) {
  const { t } = useTranslation();
  if (rows.length === 0) return <Empty icon="clock" title={t("market.noTape")} />;
  const way = (i: number) => {
    const before = rows[i + 1];
    if (!before) return "";
    const difference = BigInt(rows[i]!.price_cents) - BigInt(before.price_cents);
    return difference > 0n ? "up" : difference < 0n ? "down" : "";
  };
  return (
    <div className="tape-scroll" tabIndex={0} role="region" aria-label={t("market.tape")}>
      <table className="book">
        <thead><tr><th scope="col">{t("market.time")}</th><th scope="col">{t("market.price")}</th><th scope="col">{t("market.quantity")}</th><th scope="col">{t("market.tx")}</th></tr></thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row.trade}>
              <td><Instant at={row.at} clock /></td>
              <td className={way(i)}>{way(i) ? <span aria-hidden="true">{way(i) === "up" ? "▲" : "▼"}</span> : null} <Coin cents={row.price_cents} unit={false} /></td>
              <td>{formatted(row.quantity, 0)}</td>
              <td><Link to="/chain" search={{ q: row.tx_id }} className="mono">{shortHash(row.tx_id).slice(0, 8)}</Link></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
