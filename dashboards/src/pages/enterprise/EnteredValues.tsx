import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keepValue, type Period, type StreamRow } from "@/api/accounting";
import { can, useMyself } from "@/api/me";
import { idsOf, useTerm } from "@/labels";
import { isDecimal, isLess } from "@/lib/decimal";
import type { Problem } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { GRADE_TONES, useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Empty, ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

/** What a typed value is called: an activity, a field of a balance, or a parameter by the guideline's word. */
export function useValueName(period: Period): (slug: string, name: string) => string {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  return (slug, name) => {
    const found = period.streams.find((each) => each.slug === slug)?.parameters.find((each) => each.name === name);
    if (name === "quantity") return t("period.quantity");
    if (name === "second") return t("looks.second");
    if (name.startsWith("balance.")) return term("BalanceField", name.slice("balance.".length));
    return (i18n.language === "en" ? shortMeaning(found?.meaning) : found?.zh) || name;
  };
}

/** What a parameter is, without what its meaning adds after it. */
export const shortMeaning = (meaning: string | undefined): string | undefined => meaning?.split(";")[0];

type EnteredValue = StreamRow["values"][number];

/** Typed values: what meters cannot say. A stream must be chosen to type one. */
export function EnteredValues({ period, stream, open }: { period: Period; stream: string; open: boolean }) {
  const { t } = useTranslation();
  const term = useTerm();
  const lineName = useLineName();
  const me = useMyself();
  const streamOf = (slug: string) => period.streams.find((each) => each.slug === slug);
  const streamName = (slug: string) => { const found = streamOf(slug); return found ? lineName(found) : slug; };
  const valueName = useValueName(period);
  const chosen = period.streams.find((each) => each.slug === stream);
  const values = period.streams.filter((each) => !stream || each.slug === stream).flatMap((each) => each.values);
  return (
    <Card title={t("period.entered")} flush>
      {values.length === 0 ? <Empty icon="pen" title={t("ui.none")} /> : (
        <Rows rows={values} rowKey={(row) => `${row.stream}.${row.name}`} label={t("period.entered")}
          columns={[
            ...(chosen ? [] : [{ key: "stream", title: t("period.source"), render: (row: EnteredValue) => streamName(row.stream) }]),
            { key: "name", title: t("period.factor"), render: (row) => <span className="named" title={row.name}>{valueName(row.stream, row.name)}</span> },
            { key: "value", title: t("period.value"), right: true, render: (row) => <Num value={row.text} unit={term("Unit", row.unit)} /> },
            { key: "origin", title: t("period.origin"), render: (row) => <span className="nowrap"><StatusPill tone={GRADE_TONES[row.grade] ?? "neutral"} dot={false}>{row.grade}</StatusPill> {term("Origin", row.origin)}</span> },
            { key: "at", title: t("live.at"), render: (row) => <Instant at={row.entered_at} /> },
          ]} />
      )}
      {open && chosen && can(me, "keep_periods") ? <Entry key={chosen.slug} period={period} stream={chosen} /> : null}
    </Card>
  );
}

function Entry({ period, stream }: { period: Period; stream: StreamRow }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const lineName = useLineName();
  const client = useQueryClient();
  const named = (name: string, label: string) => ({ name, zh: label, meaning: label, units: stream.quantity_units });
  const names = [
    ...(stream.balance_only ? [] : [named("quantity", t("period.quantity"))]),
    ...stream.balance.map((field) => named(`balance.${field}`, term("BalanceField", field))),
    named("second", t("looks.second")),
    ...stream.parameters,
  ];
  const [name, setName] = useState(names[0]!.name);
  const [text, setText] = useState("");
  const [unit, setUnit] = useState("");
  const [origin, setOrigin] = useState("supplier");
  const [problem, setProblem] = useState<Problem | null>(null);
  const of = names.find((each) => each.name === name) ?? names[0]!;
  const good = isDecimal(text);
  const expected = stream.expected[name];
  const shown = unit || of.units[0] || "";
  const outside = good && expected !== undefined && expected.unit === shown && (isLess(text, expected.low) || isLess(expected.high, text));
  const range = expected ? `${t("looks.expected", { low: expected.low, high: expected.high, unit: term("Unit", expected.unit) })} · ${expected.basis === "history" ? t("looks.basisHistory", { months: expected.months }) : t("looks.basisDefault")}` : undefined;
  const send = async () => {
    const answer = await keepValue(period.id, { stream: stream.slug, name, text, unit: unit || of.units[0] || "", origin, note: "", evidence: [] });
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) {
      setText("");
      await client.invalidateQueries({ queryKey: ["period", period.id] });
    }
  };
  return (
    <form className="stack tight" style={{ padding: "12px 18px 16px" }} onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <div className="form-grid" style={{ display: "grid", gap: 10, gridTemplateColumns: "repeat(auto-fit,minmax(130px,1fr))", alignItems: "end" }}>
        <Field label={lineName(stream)}>{(ids) => <select {...ids} className="input" value={name} onChange={(event) => { setName(event.target.value); setUnit(""); }}>{names.map((each) => <option key={each.name} value={each.name}>{i18n.language === "en" ? shortMeaning(each.meaning) || each.name : each.zh || each.name}</option>)}</select>}</Field>
        <Field label={t("period.value")} hint={range} fault={outside ? t("looks.outside") : null}>{(ids) => <input {...ids} className="input" inputMode="decimal" value={text} onChange={(event) => setText(event.target.value.trim())} />}</Field>
        <Field label={t("period.unit")}>{(ids) => <select {...ids} className="input" value={unit || of.units[0]} onChange={(event) => setUnit(event.target.value)}>{of.units.map((each) => <option key={each} value={each}>{term("Unit", each)}</option>)}</select>}</Field>
        <Field label={t("period.origin")}>{(ids) => <select {...ids} className="input" value={origin} onChange={(event) => setOrigin(event.target.value)}>{idsOf("Origin").map((each) => <option key={each} value={each}>{term("Origin", each)}</option>)}</select>}</Field>
        <button type="submit" className="button" disabled={!good}>{t("period.enter")}</button>
      </div>
      {problem ? <ErrorCard problem={problem} /> : null}
      <HelpAt guideline={period.guideline} stream={stream} field={name} about={problem?.refusal} />
    </form>
  );
}
