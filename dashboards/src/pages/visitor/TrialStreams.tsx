/** The source streams of a trial: what each may be given, with the default that stands where nothing is typed. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ComputeInput, ComputeRemark, ComputeStream, Guideline, StreamType } from "@/api/guidelines";
import { idsOf, useTerm } from "@/labels";
import { formatted } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { useClause } from "@/ui/clauses";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Empty } from "@/ui/states";
import { added, changed, defaultOf, removed, typeOf } from "./trial";

interface Parts {
  guideline: Guideline;
  input: ComputeInput;
  onChange: (input: ComputeInput) => void;
}

export function TrialStreams({ remarks, ...parts }: Parts & { remarks: readonly ComputeRemark[] }) {
  const { t } = useTranslation();
  const { input } = parts;
  return (
    <Card title={t("trial.streams")} note={<span className="num">{input.streams.length}</span>}>
      <div className="stack">
        {input.streams.length === 0 ? <Empty icon="ledger" title={t("trial.none")}>{t("trial.noneText")}</Empty> : null}
        {input.streams.map((stream) => <StreamForm key={stream.id} {...parts} stream={stream} remarks={remarks.filter((each) => each.stream === stream.id)} />)}
        <AddStream {...parts} />
      </div>
    </Card>
  );
}

function AddStream({ guideline, input, onChange }: Parts) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const [choice, setChoice] = useState("");
  const [key, item] = choice.split("/", 2);
  const type = guideline.streams.find((each) => each.key === key);
  return (
    <form className="row" onSubmit={(event) => { event.preventDefault(); if (type && item) onChange(added(input, type, item)); }}>
      <select className="input grow" aria-label={t("trial.choose")} value={choice} onChange={(event) => setChoice(event.target.value)}>
        <option value="">{t("trial.choose")}</option>
        {guideline.streams.map((each) => (
          <optgroup key={each.key} label={each.subtotal ? term("Subtotal", each.subtotal) : "—"}>
            {each.items.map((one) => <option key={one.id} value={`${each.key}/${one.id}`}>{i18n.language === "en" ? one.en : one.zh}</option>)}
          </optgroup>
        ))}
      </select>
      <button type="submit" className="button" disabled={!type}><Icon name="plus" size={15} />{t("trial.add")}</button>
    </form>
  );
}

function StreamForm({ guideline, input, stream, remarks, onChange }: Parts & { stream: ComputeStream; remarks: readonly ComputeRemark[] }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const type = typeOf(guideline, stream);
  const label = type?.items.find((each) => each.id === stream.item);
  if (!type || !label) return null;
  const english = i18n.language === "en";
  const set = (change: (stream: ComputeStream) => ComputeStream) => onChange(changed(input, stream.id, change));
  const variants = label.variants;
  return (
    <fieldset className="trial-stream stack tight">
      <legend className="strong">{english ? label.en : label.zh} <span className="mono small muted">{stream.id}</span></legend>
      <div className="trial-grid">
        {variants.length > 0 ? (
          <Field label={t("trial.variant")}>
            {(ids) => (
              <select {...ids} className="input" value={stream.variant ?? ""} onChange={(event) => set((old) => ({ ...old, variant: event.target.value }))}>
                <option value="">{t("trial.noVariant")}</option>
                {variants.map((each) => <option key={each} value={each}>{term("Variant", each)}</option>)}
              </select>
            )}
          </Field>
        ) : null}
        {Array.isArray(input.period) ? (
          <Field label={t("trial.month")}>
            {(ids) => <select {...ids} className="input" value={stream.period ?? ""} onChange={(event) => set((old) => ({ ...old, period: event.target.value }))}>{(input.period as string[]).map((each) => <option key={each} value={each}>{each}</option>)}</select>}
          </Field>
        ) : null}
        <Activity type={type} stream={stream} set={set} />
      </div>
      {type.parameters.length > 0 ? <div className="trial-grid factors">{type.parameters.map((each) => <ParameterField key={each.name} guideline={guideline} input={input} stream={stream} parameter={each} set={set} />)}</div> : null}
      {remarks.map((each) => <p key={each.name + JSON.stringify(each)} className={each.blocks ? "small danger-text" : "small muted"}>{english ? each.en : each.zh}</p>)}
      <div className="row apart">
        {type.balance.length > 0 && !type.balance_only ? (
          <button type="button" className="button plain small" onClick={() => set(otherWay(type))}>{t(stream.balance ? "trial.byQuantity" : "trial.byBalance")}</button>
        ) : <span />}
        <button type="button" className="button plain small danger" onClick={() => onChange(removed(input, stream.id))}>{t("trial.remove")}</button>
      </div>
    </fieldset>
  );
}

/** From a quantity to a balance and back; what was typed goes, its unit stays. */
function otherWay(type: StreamType) {
  return ({ quantity, balance, ...rest }: ComputeStream): ComputeStream => {
    const unit = quantity?.unit ?? balance?.["unit"] ?? type.quantity_units[0]!;
    return balance ? { ...rest, quantity: { value: "", unit } } : { ...rest, balance: { unit } };
  };
}

type Setter = (change: (stream: ComputeStream) => ComputeStream) => void;

function Activity({ type, stream, set }: { type: StreamType; stream: ComputeStream; set: Setter }) {
  const { t } = useTranslation();
  const term = useTerm();
  const { quantity, balance } = stream;
  const unit = quantity?.unit ?? balance?.["unit"] ?? type.quantity_units[0]!;
  const setUnit = (next: string) => set((old) => (old.balance ? { ...old, balance: { ...old.balance, unit: next } } : { ...old, quantity: { value: old.quantity?.value ?? "", unit: next } }));
  return (
    <>
      {balance ? type.balance.map((field) => (
        <Field key={field} label={term("BalanceField", field)}>
          {(ids) => <input {...ids} className="input" inputMode="decimal" value={balance[field] ?? ""} onChange={(event) => set((old) => ({ ...old, balance: { ...old.balance, [field]: event.target.value.trim() } }))} />}
        </Field>
      )) : (
        <Field label={t("trial.quantity")}>
          {(ids) => <input {...ids} className="input" inputMode="decimal" value={quantity?.value ?? ""} onChange={(event) => set((old) => ({ ...old, quantity: { value: event.target.value.trim(), unit } }))} />}
        </Field>
      )}
      <Field label={t("trial.unit")}>
        {(ids) => <select {...ids} className="input" value={unit} onChange={(event) => setUnit(event.target.value)}>{type.quantity_units.map((each) => <option key={each} value={each}>{term("Unit", each)}</option>)}</select>}
      </Field>
    </>
  );
}

function ParameterField({ guideline, input, stream, parameter, set }: {
  guideline: Guideline;
  input: ComputeInput;
  stream: ComputeStream;
  parameter: StreamType["parameters"][number];
  set: Setter;
}) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const clause = useClause();
  const given = stream.parameters[parameter.name];
  const row = defaultOf(guideline, input, stream, parameter.name);
  // The last form is the one filled with defaults: what only another form uses may stay empty.
  const needed = typeOf(guideline, stream)?.forms.at(-1)?.parameters.includes(parameter.name) ?? false;
  const hint = given?.from
    ? t("trial.from", { ids: given.from.join(", ") })
    : !row ? t(needed ? "trial.noDefault" : "trial.optional")
      : row.value === "" ? t(needed ? "trial.unread" : "trial.optional")
        : t(row.verified ? "trial.defaultIs" : "trial.defaultUnverified", { value: formatted(row.value), unit: row.unit === "1" ? "" : term("Unit", row.unit) });
  const unit = given?.unit ?? row?.unit ?? parameter.unit[0]!;
  const put = (value: string, of: string, source: string) => set((old) => ({ ...old, parameters: { ...old.parameters, [parameter.name]: { value, unit: of, source } } }));
  const typed = given?.value ?? "";
  return (
    <Field label={i18n.language === "en" ? term("Property", parameter.name) : parameter.zh} hint={<span title={row ? clause(row.source) : undefined}>{hint}</span>}>
      {(ids) => (
        <span className="row tight" style={{ flexWrap: "nowrap" }}>
          <input {...ids} className="input" inputMode="decimal" value={typed} title={parameter.meaning} onChange={(event) => put(event.target.value.trim(), unit, given?.source ?? "measured")} />
          {parameter.unit.length === 1 ? <span className="small muted trial-unit">{unit === "1" ? "" : term("Unit", unit)}</span> : (
            <select className="input" aria-label={t("trial.unit")} value={unit} onChange={(event) => put(typed, event.target.value, given?.source ?? "measured")}>{parameter.unit.map((each) => <option key={each} value={each}>{term("Unit", each)}</option>)}</select>
          )}
          {typed ? <select className="input" aria-label={t("trial.origin")} value={given?.source} onChange={(event) => put(typed, unit, event.target.value)}>{idsOf("Origin").map((each) => <option key={each} value={each}>{term("Origin", each)}</option>)}</select> : null}
        </span>
      )}
    </Field>
  );
}
