/** A plant's accounting model: guideline and boundary, streams with their meters, factors, trial, filed plan. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { guideline as readGuideline, useGuidelines, type Guideline } from "@/api/guidelines";
import { usePlants, type Plant } from "@/api/ingest";
import { can, useMyself } from "@/api/me";
import { readModel, saveModel, type Model } from "@/api/modelling";
import { withTexts } from "@/i18n";
import { idsOf, useNamed, useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { Card, PageHead } from "@/ui/Card";
import { useClause } from "@/ui/clauses";
import { Field } from "@/ui/Field";
import { Answer, Empty, ErrorCard, SkeletonRows } from "@/ui/states";
import { Boundary } from "./Boundary";
import { ModelStreams } from "./ModelStreams";
import { ModelTrial } from "./ModelTrial";
import { Plan } from "./QualityPlan";
import { blankModel, regionsOfModel, withRegionOf } from "./model";

const Calibrations = lazy(() => withTexts("watching", import("./Calibrations")).then((module) => ({ default: module.Calibrations })));
const Equipment = lazy(() => withTexts("keeping", import("./Equipment")).then((module) => ({ default: module.Equipment })));
import "./model.css";

export function Page() {
  const { t } = useTranslation();
  const { plant } = useParams({ strict: false }) as { plant: string };
  const named = useNamed();
  const navigate = useNavigate();
  const plants = usePlants();
  return (
    <>
      <PageHead title={t("model.title")}>
        <select className="input short" aria-label={t("model.plant")} value={plant} onChange={(event) => void navigate({ to: "/model/$plant", params: { plant: event.target.value } })}>
          {(plants.data?.results ?? []).map((each) => <option key={each.id} value={each.id}>{named(each)}</option>)}
        </select>
      </PageHead>
      <Answer query={plants} rows={3}>{(data) => {
        const found = data.results.find((each) => each.id === plant);
        return found ? <OfPlant key={found.id} plant={found} /> : <Card><Empty icon="factory" title={t("model.none")}>{t("model.noneText")}</Empty></Card>;
      }}</Answer>
    </>
  );
}

function OfPlant({ plant }: { plant: Plant }) {
  const query = useQuery({ queryKey: ["model", plant.id], queryFn: () => readModel(plant.id) });
  return <Answer query={query} rows={6}>{(kept) => <Builder plant={plant} kept={kept} />}</Answer>;
}

function Builder({ plant, kept }: { plant: Plant; kept: Model | null }) {
  const { t } = useTranslation();
  const list = useGuidelines();
  const usual = list.data?.results.find((row) => row.sector === plant.sector)?.id ?? "";
  const [chosen, setChosen] = useState(kept?.guideline ?? "");
  const id = chosen || usual;
  const query = useQuery({ queryKey: ["guideline", id], queryFn: () => readGuideline(id), staleTime: 3_600_000, enabled: id !== "" });
  return (
    <div className="stack">
      {kept === null ? <div className="notice" role="note">{t("model.blank")}</div> : null}
      <Card><Choice id={id} onChoose={setChosen} /></Card>
      {id === "" ? null : <Answer query={query} rows={6}>{(data) => <Editor key={data.id} plant={plant} guideline={data} kept={kept?.guideline === data.id ? kept : null} />}</Answer>}
      <Suspense fallback={<SkeletonRows rows={2} />}><Calibrations plant={plant.id} /></Suspense>
      <Suspense fallback={<SkeletonRows rows={2} />}><Equipment plant={plant.id} /></Suspense>
    </div>
  );
}

function Choice({ id, onChoose }: { id: string; onChoose: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const clause = useClause();
  const rows = useGuidelines().data?.results ?? [];
  const found = rows.find((row) => row.id === id);
  return (
    <Field label={t("model.guideline")} hint={found ? `${term("Regime", found.regime)} · ${clause(found.source)}` : undefined}>
      {(ids) => (
        <select {...ids} className="input" value={id} onChange={(event) => onChoose(event.target.value)}>
          {idsOf("Sector").map((sector) => (
            <optgroup key={sector} label={term("Sector", sector)}>
              {rows.filter((row) => row.sector === sector).map((row) => <option key={row.id} value={row.id}>{i18n.language === "en" ? row.en : row.zh}</option>)}
            </optgroup>
          ))}
        </select>
      )}
    </Field>
  );
}

function Editor({ plant, guideline, kept }: { plant: Plant; guideline: Guideline; kept: Model | null }) {
  const { t, i18n } = useTranslation();
  const me = useMyself();
  const client = useQueryClient();
  const [model, setModel] = useState<Model>(() => kept ?? blankModel(guideline, plant.region));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saved, setSaved] = useState(false);
  const change = (next: Model) => { setSaved(false); setModel(next); };
  const keep = async () => {
    const answer = await saveModel(plant.id, model);
    setProblem(answer.ok ? null : answer.error);
    setSaved(answer.ok);
    if (answer.ok) await client.invalidateQueries({ predicate: (one) => ["model", "plans", "equipment", "period", "periods/"].includes(String(one.queryKey[0])) });
  };
  const name = i18n.language === "en" ? guideline.en : guideline.zh;
  const keeper = can(me, "keep_periods");
  return (
    <>
      <Card title={t("model.boundary")} note={t("model.boundaryText", { n: guideline.streams.filter((type) => type.subtotal).length, guideline: name })}>
        <Boundary guideline={guideline} streams={model.streams} />
      </Card>
      <Card title={t("model.sets")}><Sets guideline={guideline} model={model} onChange={change} /></Card>
      <ModelStreams plant={plant.id} guideline={guideline} model={model} onChange={change} />
      {problem ? <><ErrorCard problem={problem} /><HelpAt guideline={guideline.id} about={problem.refusal} /></> : null}
      {keeper ? (
        <div className="row">
          <button type="button" className="button primary" disabled={model.streams.length === 0} onClick={() => void keep()}>{t("model.save")}</button>
          {saved ? <span className="ok-text" role="status">{t("model.saved")}</span> : null}
        </div>
      ) : null}
      {keeper ? <ModelTrial plant={plant.id} guideline={guideline} model={model} /> : null}
      {kept ? <Plan plant={plant} /> : null}
    </>
  );
}

function Sets({ guideline, model, onChange }: { guideline: Guideline; model: Model; onChange: (model: Model) => void }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const english = i18n.language === "en";
  const regions = regionsOfModel(guideline, model);
  return (
    <div className="model-grid">
      {Object.entries(guideline.factor_sets).map(([role, names]) => (
        <Field key={role} label={term("FactorRole", role)}>
          {(ids) => (
            <select {...ids} className="input" value={model.factor_sets[role] ?? names[0]} onChange={(event) => onChange(withRegionOf(guideline, { ...model, factor_sets: { ...model.factor_sets, [role]: event.target.value } }))}>
              {names.map((each) => <option key={each} value={each}>{(english ? guideline.sets[each]?.en : guideline.sets[each]?.zh) ?? each}</option>)}
            </select>
          )}
        </Field>
      ))}
      {regions.length > 0 ? (
        <Field label={t("model.region")}>
          {(ids) => <select {...ids} className="input" value={model.region} onChange={(event) => onChange({ ...model, region: event.target.value })}>{regions.map((each) => <option key={each} value={each}>{term("Region", each)}</option>)}</select>}
        </Field>
      ) : null}
    </div>
  );
}
