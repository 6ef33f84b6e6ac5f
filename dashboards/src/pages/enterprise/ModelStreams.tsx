/** The source streams of a model: each with its names, unit, variant, and the meters that feed it. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Guideline, StreamType } from "@/api/guidelines";
import { usePlates } from "@/api/devices";
import type { Model, ModelStream } from "@/api/modelling";
import { useNamed, useTerm } from "@/labels";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { dimensionOf, targetsOf, typeOfStream, withChanged, withMeter, withoutStream, withStream } from "./model";

interface Parts {
  plant: string;
  guideline: Guideline;
  model: Model;
  onChange: (model: Model) => void;
}

export function ModelStreams({ plant, guideline, model, onChange }: Parts) {
  const { t } = useTranslation();
  return (
    <Card title={t("model.streams")} note={t("model.streamsText")}>
      <div className="stack">
        {model.streams.length === 0 ? <Empty icon="ledger" title={t("trial.none")}>{t("trial.noneText")}</Empty> : null}
        {model.streams.map((stream) => <StreamForm key={stream.slug} plant={plant} guideline={guideline} model={model} onChange={onChange} stream={stream} />)}
        <AddStream guideline={guideline} model={model} onChange={onChange} />
      </div>
    </Card>
  );
}

function AddStream({ guideline, model, onChange }: Omit<Parts, "plant">) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const [choice, setChoice] = useState("");
  const [key, item] = choice.split("/", 2);
  const type = guideline.streams.find((each) => each.key === key);
  return (
    <form className="row" onSubmit={(event) => { event.preventDefault(); if (type && item) onChange(withStream(model, type, item)); }}>
      <select className="input grow" aria-label={t("model.choose")} value={choice} onChange={(event) => setChoice(event.target.value)}>
        <option value="">{t("model.choose")}</option>
        {guideline.streams.map((each) => (
          <optgroup key={each.key} label={each.subtotal ? term("Subtotal", each.subtotal) : "—"}>
            {each.items.map((one) => <option key={one.id} value={`${each.key}/${one.id}`}>{i18n.language === "en" ? one.en : one.zh}</option>)}
          </optgroup>
        ))}
      </select>
      <button type="submit" className="button" disabled={!type}><Icon name="plus" size={15} />{t("model.add")}</button>
    </form>
  );
}

function StreamForm({ plant, guideline, model, onChange, stream }: Parts & { stream: ModelStream }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const type = typeOfStream(guideline, stream);
  if (!type) return null;
  const set = (change: Partial<ModelStream>) => onChange(withChanged(model, stream.slug, change));
  const variants = type.items.find((each) => each.id === stream.item)?.variants ?? [];
  const bound = Object.values(stream.meters).flat().length;
  return (
    <fieldset className="model-stream stack tight">
      <legend className="strong">{name({ ...stream, stream: stream.item })} <span className="mono small muted">{stream.slug}</span> <StatusPill tone={bound ? "ok" : "neutral"}>{bound ? t("model.byMeters", { n: bound }) : t("model.byEntry")}</StatusPill></legend>
      <div className="model-grid">
        <Field label={t("model.name")}>{(ids) => <input {...ids} className="input" value={stream.name_zh} maxLength={80} onChange={(event) => set({ name_zh: event.target.value })} />}</Field>
        <Field label={t("model.nameEn")}>{(ids) => <input {...ids} className="input" value={stream.name_en} maxLength={80} onChange={(event) => set({ name_en: event.target.value })} />}</Field>
        <Field label={t("model.unit")}>{(ids) => <select {...ids} className="input" value={stream.unit} onChange={(event) => set({ unit: event.target.value, meters: {} })}>{type.quantity_units.map((each) => <option key={each} value={each}>{term("Unit", each)}</option>)}</select>}</Field>
        {variants.length > 0 ? (
          <Field label={t("model.variant")}>{(ids) => <select {...ids} className="input" value={stream.variant} onChange={(event) => set({ variant: event.target.value })}><option value="">{t("model.noVariant")}</option>{variants.map((each) => <option key={each} value={each}>{term("Variant", each)}</option>)}</select>}</Field>
        ) : null}
      </div>
      {type.meterable ? <Meters plant={plant} type={type} stream={stream} onChange={(meters) => set({ meters })} /> : null}
      <div className="row apart"><span className="small muted" lang="en">{i18n.language === "en" ? type.note : null}</span><button type="button" className="button plain small danger" onClick={() => onChange(withoutStream(model, stream.slug))}>{t("model.remove")}</button></div>
    </fieldset>
  );
}

/** Meters of the plant whose unit is of the stream's kind; the server refuses any other. */
function Meters({ plant, type, stream, onChange }: { plant: string; type: StreamType; stream: ModelStream; onChange: (meters: Record<string, string[]>) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const plates = usePlates(plant);
  const targets = targetsOf(type);
  const [target, setTarget] = useState(Object.keys(stream.meters)[0] ?? targets[0]!);
  const fitting = (plates.data?.results ?? []).filter((meter) => dimensionOf(meter.unit) === dimensionOf(stream.unit) || type.quantity_units.includes(meter.unit) || Object.values(stream.meters).flat().includes(meter.slug));
  fitting.sort((one, other) => one.slug.localeCompare(other.slug, "en", { numeric: true }));
  const word = (each: string) => (each === "quantity" ? t("period.quantity") : term("BalanceField", each.replace("balance.", "")));
  return (
    <div className="row">
      {targets.length > 1 && fitting.length > 0 ? <select className="input short" aria-label={t("model.target")} value={target} onChange={(event) => setTarget(event.target.value)}>{targets.map((each) => <option key={each} value={each}>{word(each)}{stream.meters[each] ? ` (${stream.meters[each].length})` : ""}</option>)}</select> : null}
      {fitting.length === 0 ? <span className="small muted">{t("model.noMeters")}</span> : null}
      {fitting.map((meter) => (
        <label key={meter.slug} className="row tight small">
          <input type="checkbox" checked={(stream.meters[target] ?? []).includes(meter.slug)} onChange={(event) => onChange(withMeter(stream.meters, target, meter.slug, event.target.checked))} />
          {named(meter)} <span className="mono muted">{meter.unit}</span>
        </label>
      ))}
    </div>
  );
}
