/** From nothing to the first month: what comes next while an enterprise has no period yet. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useGateways } from "@/api/devices";
import { useMeters, usePlants, useToday } from "@/api/ingest";
import { can, useMyself } from "@/api/me";
import { readModel } from "@/api/modelling";
import { Card, PageHead } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Empty, SkeletonRows } from "@/ui/states";
import "./begin.css";

const STEPS = ["plant", "gateway", "meter", "reading", "model"] as const;
type Step = (typeof STEPS)[number];

/** Which steps are done; undefined while that is asked, and where the answer is away. */
function useDone(): { done: Record<Step, boolean> | undefined; plant: string | undefined } {
  const plants = usePlants();
  const plant = plants.data?.results[0]?.id;
  const gateways = useGateways();
  const meters = useMeters(plant);
  const today = useToday(plant);
  const model = useQuery({ queryKey: ["model", plant], queryFn: () => readModel(plant!), enabled: plant !== undefined });
  if (!plants.data || !gateways.data || (plant !== undefined && (!meters.data || model.isPending))) return { done: undefined, plant };
  return {
    plant,
    done: {
      plant: plant !== undefined,
      gateway: gateways.data.results.some((each) => each.revoked_at === null),
      meter: (meters.data?.results.length ?? 0) > 0,
      reading: (today.data?.meters ?? []).some((each) => each.last !== null),
      model: Boolean(model.data),
    },
  };
}

export function FirstSteps() {
  const { t } = useTranslation();
  const { done, plant } = useDone();
  const next = done ? STEPS.find((step) => !done[step]) : undefined;
  return (
    <Card title={t("begin.title")} note={t("begin.note")} aside={<Link to="/help" className="small">{t("begin.guide")}</Link>} flush>
      {done === undefined ? <div className="padded"><SkeletonRows rows={4} /></div> : (
        <ol className="first-steps">
          {STEPS.map((step, i) => {
            const words = <FirstStep step={step} number={i + 1} done={done[step]} next={step === next} />;
            const to = step === "model" ? (plant === undefined ? null : `/model/${plant}`) : "/devices";
            return <li key={step}>{to === null ? <span className="todo row">{words}</span> : <Link to={to} className="todo row">{words}<Icon name="chevron" size={15} /></Link>}</li>;
          })}
        </ol>
      )}
      <p className="small muted padded">{t("begin.then")}</p>
    </Card>
  );
}

function FirstStep({ step, number, done, next }: { step: Step; number: number; done: boolean; next: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="first-mark num" data-state={done ? "done" : next ? "next" : "later"}>{done ? <Icon name="check" size={14} /> : number}</span>
      <span className="stack tight grow">
        <span className={next ? "strong" : done ? "muted" : undefined}>{t(`begin.${step}`)}{done ? <span className="sr">{t("begin.done")}</span> : null}</span>
        {done ? null : <span className="small muted">{t(`begin.${step}Text`)}</span>}
      </span>
    </>
  );
}

/** A page of meters for an enterprise without a plant: what comes first, and who may do it. */
export function NoPlant({ title }: { title: string }) {
  const { t } = useTranslation();
  const manages = can(useMyself(), "manage_meters");
  return (
    <>
      <PageHead title={title} />
      <Card><Empty icon="factory" title={t("live.noPlants")}>
        <p>{t(manages ? "begin.noPlant" : "begin.noPlantOthers")}</p>
        {manages ? <Link to="/devices" className="button primary">{t("devices.addPlant")}</Link> : null}
      </Empty></Card>
    </>
  );
}
