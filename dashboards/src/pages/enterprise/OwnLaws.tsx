/** The laws of physics of one's own plant, with their residuals by month. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { residuals } from "@/api/radar";
import { PageHead } from "@/ui/Card";
import { Laws } from "@/ui/LawTrend";
import { PeersAt } from "@/ui/Peers";
import { Answer } from "@/ui/states";
import { LawEditor } from "./LawEditor";

export function Page() {
  const { t } = useTranslation();
  const { plant } = useParams({ strict: false }) as { plant: string };
  const query = useQuery({ queryKey: ["residuals", plant], queryFn: () => residuals(`plant-models/${plant}`) });
  return (
    <>
      <PageHead title={t("witness.page")} sub={<><span className="mono">{plant}</span> · {t("witness.sub")}</>} />
      <div className="stack">
        <LawEditor plant={plant} />
        <Answer query={query} rows={6}>{(data) => <Laws laws={data.laws} />}</Answer>
        <PeersAt path={`plant-models/${plant}`} />
      </div>
    </>
  );
}
