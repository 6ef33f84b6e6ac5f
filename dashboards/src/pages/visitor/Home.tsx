/** The front page: what this is, three live figures, how it works, two ways on. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { publicFigures } from "@/api/public";
import { Icon } from "@/ui/Icon";
import { Coin, Num } from "@/ui/Num";
import { Tile } from "@/ui/Tile";
import { ChainArt } from "./ChainArt";

const STEPS = ["measure", "account", "submit", "verify", "trade"] as const;

export function Page() {
  const { t } = useTranslation();
  return (
    <main className="visitor-main" id="content">
      <section className="hero">
        <div>
          <h1 tabIndex={-1}>{t("visitor.heroTitle")}</h1>
          <p className="lead">{t("visitor.heroLead")}</p>
          <div className="row" style={{ marginTop: 22 }}>
            <Link to="/register" className="button primary">{t("visitor.register")}</Link>
            <Link to="/verify" className="button"><Icon name="shield" size={16} />{t("visitor.verify")}</Link>
            <Link to="/try" className="button"><Icon name="ledger" size={16} />{t("trial.title")}</Link>
          </div>
        </div>
        <ChainArt />
      </section>
      <Figures />
      <section style={{ marginTop: 36 }}>
        <h2 style={{ marginBottom: 14 }}>{t("visitor.howTitle")}</h2>
        <ol className="steps-line">
          {STEPS.map((step) => (
            <li key={step}>
              <div className="strong">{t(`visitor.steps.${step}.title`)}</div>
              <p className="small muted">{t(`visitor.steps.${step}.text`)}</p>
            </li>
          ))}
        </ol>
      </section>
    </main>
  );
}

function Figures() {
  const { t } = useTranslation();
  const figures = useQuery({ queryKey: ["public"], queryFn: publicFigures, refetchInterval: 15_000 });
  const loading = figures.isPending;
  return (
    <div className="tiles">
      <Tile label={t("visitor.reports")} loading={loading}><Num value={figures.data ? String(figures.data.reports) : null} /></Tile>
      <Tile label={t("visitor.tonnes")} loading={loading}><Num value={figures.data?.verified_tco2} places={1} unit={t("unit.tco2")} /></Tile>
      <Tile label={t("visitor.lastPrice")} loading={loading}>
        {figures.data?.last_price_cents ? <><Coin cents={figures.data.last_price_cents} unit={false} /><span className="unit">{t("unit.coinPerTonne")}</span></> : <span className="muted small">{t("visitor.noTrade")}</span>}
      </Tile>
    </div>
  );
}
