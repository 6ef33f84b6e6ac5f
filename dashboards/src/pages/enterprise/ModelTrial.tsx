/** A trial run of a model on a month's meters: lines, what is missing, what each choice of factor comes to. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Guideline } from "@/api/guidelines";
import { tryModel, type Model, type TrialAnswer, type TrialValue } from "@/api/modelling";
import { idsOf, useTerm } from "@/labels";
import { isDecimal } from "@/lib/decimal";
import type { Problem } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { CalcTable, useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { useClause } from "@/ui/clauses";
import { Field } from "@/ui/Field";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { shortMeaning } from "./EnteredValues";
import { lastMonth } from "./Periods";
import { targetsOf, typeOfStream } from "./model";

export function ModelTrial({ plant, guideline, model }: { plant: string; guideline: Guideline; model: Model }) {
  const { t } = useTranslation();
  const [month, setMonth] = useState(() => lastMonth(new Date()));
  const [values, setValues] = useState<TrialValue[]>([]);
  const [answer, setAnswer] = useState<TrialAnswer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const streamName = useStreamName(model);
  const valueName = useTrialName(guideline, model);
  const term = useTerm();
  const mine = values.filter((value) => model.streams.some((stream) => stream.slug === value.stream));
  const run = async () => {
    const said = await tryModel(plant, model, month, mine);
    setProblem(said.ok ? null : said.error);
    setAnswer(said.ok ? said.value : null);
  };
  return (
    <Card title={t("model.trial")} note={t("model.trialText")}>
      <div className="stack">
        <ValueForm guideline={guideline} model={model} onAdd={(value) => setValues([...mine.filter((each) => each.stream !== value.stream || each.name !== value.name), value])} />
        {mine.length > 0 ? <ul className="row tight" aria-label={t("model.values")}>{mine.map((value) => <li key={`${value.stream}.${value.name}`}><button type="button" className="button small" onClick={() => setValues(mine.filter((each) => each !== value))}>{streamName(value.stream)} · {valueName(value)} = <Num value={value.text} unit={term("Unit", value.unit)} /> ×</button></li>)}</ul> : null}
        <form className="row" onSubmit={(event) => { event.preventDefault(); void run(); }}>
          <input className="input short" type="month" aria-label={t("model.month")} value={month} onChange={(event) => setMonth(event.target.value)} required />
          <button type="submit" className="button" disabled={model.streams.length === 0}>{t("model.run")}</button>
        </form>
        {problem ? <><ErrorCard problem={problem} /><HelpAt guideline={guideline.id} about={problem.refusal} /></> : null}
        {answer ? <Outcome answer={answer} guideline={guideline} model={model} /> : null}
      </div>
    </Card>
  );
}

/** What people call a stream of the model; the name stays what it was where there is none. */
function useStreamName(model: Model): (slug: string) => string {
  const name = useLineName();
  return (slug) => { const found = model.streams.find((each) => each.slug === slug); return found ? name({ ...found, stream: slug }) : slug; };
}

function useTrialName(guideline: Guideline, model: Model): (value: TrialValue) => string {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  return ({ stream, name }) => {
    if (name === "quantity") return t("period.quantity");
    if (name.startsWith("balance.")) return term("BalanceField", name.slice("balance.".length));
    const found = model.streams.find((each) => each.slug === stream);
    const parameter = found && typeOfStream(guideline, found)?.parameters.find((each) => each.name === name);
    return (i18n.language === "en" ? shortMeaning(parameter?.meaning) : parameter?.zh) || name;
  };
}

function ValueForm({ guideline, model, onAdd }: { guideline: Guideline; model: Model; onAdd: (value: TrialValue) => void }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const [slug, setSlug] = useState("");
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [unit, setUnit] = useState("");
  const [origin, setOrigin] = useState("measured");
  const stream = model.streams.find((each) => each.slug === slug) ?? model.streams[0];
  const type = stream ? typeOfStream(guideline, stream) : undefined;
  if (!stream || !type) return null;
  const names = [
    ...targetsOf(type).map((each) => ({ name: each, label: each === "quantity" ? t("period.quantity") : term("BalanceField", each.replace("balance.", "")), units: type.quantity_units })),
    ...type.parameters.map((each) => ({ name: each.name, label: (i18n.language === "en" ? shortMeaning(each.meaning) : each.zh) ?? each.name, units: each.unit })),
  ];
  const of = names.find((each) => each.name === name) ?? names[0]!;
  const units = of.units.includes(unit) ? unit : of.units[0]!;
  return (
    <form className="model-grid" onSubmit={(event) => { event.preventDefault(); onAdd({ stream: stream.slug, name: of.name, text, unit: units, origin }); setText(""); }}>
      <Field label={t("period.source")}>{(ids) => <select {...ids} className="input" value={stream.slug} onChange={(event) => setSlug(event.target.value)}>{model.streams.map((each) => <option key={each.slug} value={each.slug}>{(i18n.language === "en" ? each.name_en : each.name_zh) || each.slug}</option>)}</select>}</Field>
      <Field label={t("model.valueOf")}>{(ids) => <select {...ids} className="input" value={of.name} onChange={(event) => setName(event.target.value)}>{names.map((each) => <option key={each.name} value={each.name}>{each.label}</option>)}</select>}</Field>
      <Field label={t("period.value")}>{(ids) => <input {...ids} className="input" inputMode="decimal" value={text} onChange={(event) => setText(event.target.value.trim())} />}</Field>
      <Field label={t("period.unit")}>{(ids) => <select {...ids} className="input" value={units} onChange={(event) => setUnit(event.target.value)}>{of.units.map((each) => <option key={each} value={each}>{term("Unit", each)}</option>)}</select>}</Field>
      <Field label={t("period.origin")}>{(ids) => <select {...ids} className="input" value={origin} onChange={(event) => setOrigin(event.target.value)}>{idsOf("Origin").map((each) => <option key={each} value={each}>{term("Origin", each)}</option>)}</select>}</Field>
      <button type="submit" className="button" disabled={!isDecimal(text)}>{t("model.addValue")}</button>
    </form>
  );
}

function Outcome({ answer, guideline, model }: { answer: TrialAnswer; guideline: Guideline; model: Model }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const clause = useClause();
  const english = i18n.language === "en";
  const streamName = useStreamName(model);
  const missing = new Set(answer.missing.map((each) => each.stream));
  // What the notice says of a stream without data is not said once more.
  const blocking = answer.remarks.filter((each) => each.blocks && !(each.name === "quantity_missing" && missing.has(each.stream)));
  const setName = (id: string) => (english ? guideline.sets[id]?.en : guideline.sets[id]?.zh) ?? id;
  return (
    <>
      {answer.missing.length > 0 ? <div className="notice warn" role="note">{t("model.missing", { streams: [...missing].map(streamName).join(english ? ", " : "、") })}<br />{t("model.missingText")}</div> : null}
      {blocking.length > 0 ? <ul className="danger-text">{blocking.map((each) => <li key={`${each.stream}${each.name}${each.zh}`}>{each.stream ? `${streamName(each.stream)}${english ? ": " : "："}` : ""}{english ? each.en : each.zh} <HelpAt guideline={guideline.id} stream={model.streams.find((stream) => stream.slug === each.stream)} field={each.facts["field"]} about={each.name} /></li>)}</ul> : null}
      {answer.lines.length > 0 ? <CalcTable lines={answer.lines} total={answer.total_tco2} /> : null}
      <h3>{t("model.factors")}</h3>
      {answer.factors.length === 0 ? <span className="muted">{t("model.factorsNone")}</span> : (
        <Rows rows={answer.factors} rowKey={(row) => `${row.stream}.${row.parameter}`} label={t("model.factors")}
          columns={[
            { key: "stream", title: t("period.source"), render: (row) => streamName(row.stream) },
            { key: "factor", title: t("period.factor"), render: (row) => <span className="named">{term("Property", row.parameter)}</span> },
            { key: "own", title: t("model.own"), right: true, render: (row) => <Num value={row.own.value} unit={term("Unit", row.own.unit)} /> },
            { key: "default", title: t("model.default"), right: true, render: (row) => <><Num value={row.default.value} unit={term("Unit", row.default.unit)} />{row.default.verified ? null : <> <StatusPill tone="warn" dot={false} title={t("period.unverifiedText")}>{t("period.unverified")}</StatusPill></>}</> },
            { key: "clause", title: t("period.clause"), render: (row) => <span className="small named wide">{clause(row.default.clause)}</span> },
            { key: "effect", title: `${t("model.effect")} (${t("unit.tco2")})`, right: true, render: (row) => <Num value={row.effect_tco2e} places={3} sign /> },
          ]} />
      )}
      {answer.sets.length > 0 ? (
        <>
          <h3>{t("model.sets2")}</h3>
          <Rows rows={answer.sets} rowKey={(row) => `${row.role}${row.set}`} label={t("model.sets2")}
            columns={[
              { key: "role", title: t("model.setFor"), render: (row) => term("FactorRole", row.role) },
              { key: "set", title: t("period.set"), render: (row) => setName(row.set) },
              { key: "effect", title: `${t("model.effect")} (${t("unit.tco2")})`, right: true, render: (row) => <Num value={row.effect_tco2e} places={3} sign /> },
            ]} />
        </>
      ) : null}
    </>
  );
}
