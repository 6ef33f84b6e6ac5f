/** The laws of physics of an enterprise's plants, for a regulator with a purpose; nothing can be changed here. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { lawsOf, type PlantLaws } from "@/api/radar";
import { useNamed } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Laws } from "@/ui/LawTrend";
import { Peers } from "@/ui/Peers";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { PurposeForm } from "./PurposeForm";

export function Page() {
  const { account } = useParams({ strict: false }) as { account: string };
  const { purpose } = useSearch({ strict: false });
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t("witness.page")} sub={<><span className="mono">{account}</span>{purpose ? <> · {t("enterprises.purpose")}: {purpose}</> : null}</>}>
        <Link to="/enterprises/$account" params={{ account }} search={purpose ? { purpose } : {}} className="button">{t("ui.back")}</Link>
      </PageHead>
      {purpose ? <Loaded account={account} purpose={purpose} /> : (
        <Card title={t("enterprises.purposeTitle")}><PurposeForm onPurpose={(given) => void navigate({ to: "/enterprises/$account/witnesses", params: { account }, search: { purpose: given } })} /></Card>
      )}
    </>
  );
}

function Loaded({ account, purpose }: { account: string; purpose: string }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["lawsOf", account, purpose], queryFn: () => lawsOf(account, purpose), staleTime: 60_000 });
  return (
    <Answer query={query} rows={6}>{(data) => (data.results.length === 0
      ? <Card><Empty icon="factory" title={t("witness.noPlant")} /></Card>
      : <div className="stack">{data.results.map((row) => <OfPlant key={row.plant} row={row} />)}</div>)}</Answer>
  );
}

function OfPlant({ row }: { row: PlantLaws }) {
  const { t } = useTranslation();
  const named = useNamed();
  return (
    <section className="stack" aria-label={named(row)}>
      <h2 className="row">{named(row)} <span className="mono small muted">{row.plant}</span> <StatusPill tone={row.declared ? "ok" : "neutral"} dot={false}>{row.declared ? t("witness.declared") : t("witness.usualLaws")}</StatusPill></h2>
      <Laws laws={row.laws} />
      <Peers rows={row.peers} />
    </section>
  );
}
