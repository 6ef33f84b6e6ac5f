/** One enterprise's profile, opened only for a stated purpose, which the enterprise can read in its log. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { can, useMyself } from "@/api/me";
import { profile, type Profile } from "@/api/oversight";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Rows } from "@/ui/List";
import { Coin, gramsAsTonnes, Num, Tonnes } from "@/ui/Num";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Tile } from "@/ui/Tile";
import { Instant } from "@/ui/time";
import { PurposeForm } from "./PurposeForm";

export function Page() {
  const { account } = useParams({ strict: false }) as { account: string };
  const { purpose } = useSearch({ strict: false });
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (!purpose)
    return (
      <>
        <PageHead title={t("enterprises.profile")} sub={<span className="mono">{account}</span>} />
        <Card title={t("enterprises.purposeTitle")}><PurposeForm onPurpose={(given) => void navigate({ to: "/enterprises/$account", params: { account }, search: { purpose: given } })} /></Card>
      </>
    );
  return <Loaded account={account} purpose={purpose} />;
}

function Loaded({ account, purpose }: { account: string; purpose: string }) {
  const query = useQuery({ queryKey: ["profile", account, purpose], queryFn: () => profile(account, purpose), staleTime: 60_000 });
  return <Answer query={query}>{(data) => <View data={data} purpose={purpose} />}</Answer>;
}

function View({ data, purpose }: { data: Profile; purpose: string }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const row = data.enterprise;
  return (
    <>
      <PageHead title={row.name || row.account} sub={<>{term("Sector", row.sector)} · <span className="mono">{row.account}</span> · {t("enterprises.purpose")}: {purpose}</>}>
        {can(me, "look_into_tenant") ? <Link to="/enterprises/$account/witnesses" params={{ account: row.account }} search={{ purpose }} className="button">{t("witness.page")}</Link> : null}
        <StatusPill tone={row.state === "active" ? "ok" : "warn"}>{term("AccountState", row.state)}</StatusPill>
      </PageHead>
      <div className="stack">
        <div className="tiles">
          <Tile label={t("assets.holdings")}><Tonnes value={row.allowances_t} /></Tile>
          <Tile label={t("home.coin")}><Coin cents={row.coin_cents} /></Tile>
          <Tile label={t("assets.due")}><Tonnes value={row.due_t} /></Tile>
          <Tile label={t("assets.done")}><Tonnes value={row.surrendered_t} /></Tile>
        </div>
        <Card title={t("reports.title")} flush>
          {data.reports.length === 0 ? <Empty icon="file" title={t("reports.none")} /> : (
            <Rows rows={data.reports} rowKey={(each) => each.statement_digest} label={t("reports.title")}
              columns={[
                { key: "period", title: t("periods.period"), render: (each) => <><span className="num strong">{each.period} v{each.version}</span>{can(me, "look_into_tenant") ? <> <Link to="/enterprises/$account/known/$plant/$period" params={{ account: row.account, plant: each.plant, period: each.period }} search={{ purpose }} className="small">{t("looks.known")}</Link></> : null}</> },
                { key: "plant", title: t("periods.plant"), render: (each) => <span className="mono">{each.plant}</span> },
                { key: "auditor", title: t("review.auditor"), render: (each) => each.auditor_name || each.auditor || "—" },
                { key: "state", title: t("periods.state"), render: (each) => <StatusPill tone={each.state === "minted" ? "chain" : "warn"}>{term("ReportState", each.state)}</StatusPill> },
                { key: "digest", title: t("reports.digest"), render: (each) => <Link to="/trace" search={{ q: each.statement_digest }}><Hash value={each.statement_digest} /></Link> },
                { key: "at", title: t("reports.minted"), render: (each) => <Instant at={each.minted_at} /> },
              ]} />
          )}
        </Card>
        <div className="columns one-one">
          <Card title={t("assets.obligations")} flush>
            {data.obligations.length === 0 ? <Empty icon="shield" title={t("assets.obligationsNone")} /> : (
              <Rows rows={data.obligations} rowKey={(each) => String(each.year)} label={t("assets.obligations")}
                columns={[
                  { key: "year", title: t("assets.year"), render: (each) => <span className="num">{each.year}</span> },
                  { key: "verified", title: t("assets.verified"), right: true, render: (each) => <Num value={gramsAsTonnes(each.verified_g)} places={3} /> },
                  { key: "due", title: t("assets.due"), right: true, render: (each) => <Tonnes value={each.due_t} /> },
                  { key: "done", title: t("assets.done"), right: true, render: (each) => <Tonnes value={each.surrendered_t} /> },
                ]} />
            )}
          </Card>
          <Card title={t("market.tape")} flush>
            {data.trades.length === 0 ? <Empty icon="candles" title={t("market.noTape")} /> : (
              <Rows rows={data.trades} rowKey={(each) => each.trade} label={t("market.tape")}
                columns={[
                  { key: "at", title: t("market.time"), render: (each) => <Instant at={each.at} /> },
                  { key: "what", title: t("market.instrument"), render: (each) => <span className="mono">{each.unit}-{each.vintage}</span> },
                  { key: "quantity", title: t("market.quantity"), right: true, render: (each) => <Tonnes value={each.quantity} /> },
                  { key: "price", title: t("market.price"), right: true, render: (each) => <Coin cents={each.price_cents} unit={false} /> },
                  { key: "tx", title: t("market.tx"), render: (each) => <Hash value={each.tx_id} /> },
                ]} />
            )}
          </Card>
        </div>
      </div>
    </>
  );
}
