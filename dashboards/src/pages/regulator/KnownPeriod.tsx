/** A period of an enterprise as it was known on any day, for a regulator with a purpose. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { knownDaysOf, knownOf } from "@/api/oversight";
import { Card, PageHead } from "@/ui/Card";
import { KnownMachine } from "@/ui/KnownMachine";
import { PurposeForm } from "./PurposeForm";

interface Where {
  account: string;
  plant: string;
  period: string;
}

export function Page() {
  const where = useParams({ strict: false }) as Where;
  const { purpose } = useSearch({ strict: false });
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t("looks.known")} sub={<><span className="mono">{where.account}</span> · <span className="mono">{where.plant}</span> · <span className="num">{where.period}</span>{purpose ? <> · {t("enterprises.purpose")}: {purpose}</> : null}</>}>
        <Link to="/enterprises/$account" params={{ account: where.account }} search={purpose ? { purpose } : {}} className="button">{t("ui.back")}</Link>
      </PageHead>
      {purpose ? <Loaded where={where} purpose={purpose} /> : (
        <Card title={t("enterprises.purposeTitle")}><PurposeForm onPurpose={(given) => void navigate({ to: "/enterprises/$account/known/$plant/$period", params: { ...where }, search: { purpose: given } })} /></Card>
      )}
    </>
  );
}

function Loaded({ where, purpose }: { where: Where; purpose: string }) {
  const { t } = useTranslation();
  const { account, plant, period } = where;
  const of = ["knownOf", account, plant, period, purpose];
  const days = useQuery({ queryKey: of, queryFn: () => knownDaysOf(account, plant, period, purpose), staleTime: 60_000 });
  return <Card title={t("looks.known")} note={t("looks.knownText")}><KnownMachine days={days} load={(day) => knownOf(account, plant, period, day, purpose)} of={of} open /></Card>;
}
