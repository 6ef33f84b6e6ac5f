/** A calculation that anybody may try: guideline, period, streams; the server computes and keeps nothing. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { compute, guideline as readGuideline, useGuidelines, type ComputeInput, type Guideline, type GuidelineRow } from "@/api/guidelines";
import { idsOf, useTerm } from "@/labels";
import { ProblemError } from "@/lib/problem";
import { Card, PageHead } from "@/ui/Card";
import { useClause } from "@/ui/clauses";
import { Field } from "@/ui/Field";
import { Answer } from "@/ui/states";
import { blank, inForce, periodsOf, regionsOf, sent, withRegion } from "./trial";
import { TrialResult } from "./TrialResult";
import { TrialStreams } from "./TrialStreams";
import "./trial.css";

// A figure is typed digit by digit: the server is asked when the typing rests.
const REST_MS = 500;

export function Page() {
  const { t } = useTranslation();
  const list = useGuidelines();
  // A course leads here with its guideline: the worked example is then there at once.
  const { guideline: asked } = useSearch({ strict: false }) as { guideline?: string };
  const [id, setId] = useState(asked ?? "ndrc-2013-cement");
  const query = useQuery({ queryKey: ["guideline", id], queryFn: () => readGuideline(id), staleTime: 3_600_000 });
  return (
    <main className="visitor-main wide" id="content">
      <PageHead title={t("trial.title")} sub={t("trial.intro")} />
      <div className="stack">
        <Answer query={list} rows={2}>{(data) => <Choice rows={data.results} id={id} onChoose={setId} />}</Answer>
        <Answer query={query} rows={6}>{(data) => <Trial key={data.id} guideline={data} example={data.id === asked} />}</Answer>
      </div>
    </main>
  );
}

function Choice({ rows, id, onChoose }: { rows: readonly GuidelineRow[]; id: string; onChoose: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const clause = useClause();
  const chosen = rows.find((row) => row.id === id);
  return (
    <Card>
      <Field label={t("trial.guideline")} hint={chosen ? `${t("trial.regime")}: ${term("Regime", chosen.regime)} · ${t("trial.source")}: ${clause(chosen.source)}` : undefined}>
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
    </Card>
  );
}

function Trial({ guideline, example }: { guideline: Guideline; example: boolean }) {
  const { t } = useTranslation();
  const [input, setInput] = useState<ComputeInput>(() => (example ? guideline.example.input : blank(guideline, String(new Date().getFullYear() - 1))));
  // What was published since counts for its months; the choice stays a line of sets.
  const taken = inForce(guideline, input);
  const asked = useRested(JSON.stringify(sent(taken)));
  const query = useQuery({
    queryKey: ["compute", asked],
    enabled: input.streams.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async () => {
      const answer = await compute(JSON.parse(asked) as ComputeInput);
      if (!answer.ok) throw new ProblemError(answer.error);
      return answer.value;
    },
  });
  return (
    <div className="columns one-one">
      <div className="stack">
        <Card title={t("trial.period")} aside={<>
          <button type="button" className="button small" title={t("trial.exampleHint")} onClick={() => setInput(guideline.example.input)}>{t("trial.example")}</button>
          {input.streams.length > 0 ? <button type="button" className="button small" onClick={() => setInput(blank(guideline, "2026"))}>{t("trial.clear")}</button> : null}
        </>}>
          <Head guideline={guideline} input={input} onChange={setInput} />
        </Card>
        <TrialStreams guideline={guideline} input={taken} remarks={query.data?.remarks ?? []} onChange={(next) => setInput({ ...next, factor_sets: input.factor_sets })} />
      </div>
      <TrialResult query={query} input={taken} resting={asked !== JSON.stringify(sent(taken))} started={input.streams.length > 0} />
    </div>
  );
}

function Head({ guideline, input, onChange }: { guideline: Guideline; input: ComputeInput; onChange: (input: ComputeInput) => void }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const regions = regionsOf(guideline, input);
  const choices = Object.entries(guideline.factor_sets).filter(([, names]) => names.length > 1);
  const period = Array.isArray(input.period) ? input.period.join(", ") : input.period;
  return (
    <div className="trial-grid">
      <PeriodField key={guideline.id + String(input.streams.length === 0)} period={period} onChange={(text) => onChange({ ...input, period: periodsOf(text) })} />
      {regions.length > 0 ? (
        <Field label={t("trial.region")}>
          {(ids) => <select {...ids} className="input" value={input.region} onChange={(event) => onChange({ ...input, region: event.target.value })}>{regions.map((each) => <option key={each} value={each}>{term("Region", each)}</option>)}</select>}
        </Field>
      ) : null}
      {choices.map(([role, names]) => (
        <Field key={role} label={`${t("trial.sets")} · ${term("FactorRole", role)}`}>
          {(ids) => (
            <select {...ids} className="input" value={input.factor_sets[role]} onChange={(event) => onChange(withRegion(guideline, { ...input, factor_sets: { ...input.factor_sets, [role]: event.target.value } }))}>
              {names.map((name) => <option key={name} value={name}>{i18n.language === "en" ? guideline.sets[name]?.en : guideline.sets[name]?.zh}</option>)}
            </select>
          )}
        </Field>
      ))}
    </div>
  );
}

function PeriodField({ period, onChange }: { period: string; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(period);
  useEffect(() => setText((old) => (String(periodsOf(old)) === String(periodsOf(period)) ? old : period)), [period]);
  return (
    <Field label={t("trial.period")} hint={t("trial.periodHint")}>
      {(ids) => <input {...ids} className="input" value={text} onChange={(event) => { setText(event.target.value); onChange(event.target.value); }} />}
    </Field>
  );
}

/** A value once it has not changed for half a second. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
