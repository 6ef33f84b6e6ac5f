import { useTranslation } from "react-i18next";
import type { Quote } from "@/api/market";
import { useTerm } from "@/labels";
import { major, minus, percent } from "@/lib/decimal";
import { Coin, Num, Tonnes } from "@/ui/Num";
import { StatusPill } from "@/ui/StatusPill";

/** Last price with its change against the previous close, the day's band, the session. */
export function PriceHead({ quote }: { quote: Quote }) {
  const { t } = useTranslation();
  const term = useTerm();
  const change = quote.last_cents ? minus(quote.last_cents, quote.previous_close_cents) : null;
  const way = change === null || change === "0" ? "" : change.startsWith("-") ? "down" : "up";
  const share = change ? percent(change, quote.previous_close_cents) : null;
  return (
    <div className="price-head">
      <span className={`last num ${way}`}>
        {way ? <span aria-hidden="true">{way === "up" ? "▲" : "▼"} </span> : null}
        <Coin cents={quote.last_cents} unit={false} />
      </span>
      <span className={`num ${way}`}>{change ? <Num value={major(change, 2)} places={2} sign /> : null} {share ? `(${share}%)` : null}</span>
      <Pair label={t("market.previous")}><Coin cents={quote.previous_close_cents} unit={false} /></Pair>
      <Pair label={t("market.high")}><Coin cents={quote.high_cents} unit={false} /></Pair>
      <Pair label={t("market.low")}><Coin cents={quote.low_cents} unit={false} /></Pair>
      <Pair label={t("market.volume")}><Tonnes value={quote.volume} /></Pair>
      <StatusPill tone={["open", "block", "auction"].includes(quote.session.phase) ? "ok" : "neutral"}>{t("market.session", { n: quote.session.id })} · {term("SessionPhase", quote.session.phase)}</StatusPill>
    </div>
  );
}

function Pair({ label, children }: { label: string; children: React.ReactNode }) {
  return <span className="pair"><span className="muted">{label}</span><span className="strong">{children}</span></span>;
}
