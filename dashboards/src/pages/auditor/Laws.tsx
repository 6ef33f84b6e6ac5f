/** The laws of physics of a case's plant, with their residuals up to the case's period. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { residuals } from "@/api/radar";
import { PageHead } from "@/ui/Card";
import { Laws } from "@/ui/LawTrend";
import { PeersAt } from "@/ui/Peers";
import { Answer } from "@/ui/states";

export function Page() {
  const { t } = useTranslation();
  const { case: id } = useParams({ strict: false }) as { case: string };
  const query = useQuery({ queryKey: ["case", id, "residuals"], queryFn: () => residuals(`cases/${id}`) });
  return (
    <>
      <PageHead title={t("witness.page")} sub={t("witness.sub")}><Link to="/review/$case" params={{ case: id }} className="button">{t("ui.back")}</Link></PageHead>
      <div className="stack">
        <Answer query={query} rows={6}>{(data) => <Laws laws={data.laws} />}</Answer>
        <PeersAt path={`cases/${id}`} />
      </div>
    </>
  );
}
