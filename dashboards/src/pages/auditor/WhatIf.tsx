/** One factor changed on paper: what it would do to the total. The record is not touched. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LineParameter } from "@/api/accounting";
import { useTerm } from "@/labels";
import { minus } from "@/lib/decimal";
import type { Runner } from "@/recompute/runner";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Num } from "@/ui/Num";
import { Notice } from "@/ui/states";
import type { Frozen } from "./Recompute";

interface Tried { total: string | null; remarks: { zh: string; en: string; blocks: boolean }[] }

export function WhatIf({ report, runner }: { report: Frozen; runner: Runner | null }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const choices = report.lines.flatMap((line) => line.parameters.map((one) => ({ key: `${line.stream}/${one.name}`, line, one })));
  const [key, setKey] = useState(choices[0]?.key ?? "");
  const [value, setValue] = useState(choices[0]?.one.value ?? "");
  const chosen = choices.find((choice) => choice.key === key);
  const trial = useMutation({
    mutationFn: async (): Promise<Tried | null> => {
      if (!runner || !chosen) return null;
      const said = await runner.trial(JSON.stringify(withFactor(report, chosen.line.stream, chosen.one, value)));
      if (!said.ok) return null;
      const result = JSON.parse(said.value.text) as { total_tco2e?: string; remarks: Tried["remarks"] };
      return { total: result.total_tco2e ?? null, remarks: result.remarks };
    },
  });
  if (!chosen) return null;
  const pick = (next: string) => {
    setKey(next);
    setValue(choices.find((choice) => choice.key === next)?.one.value ?? "");
    trial.reset();
  };
  return (
    <Card title={t("recompute.whatIf")} note={t("recompute.whatIfNote")}>
      <form className="row wide" onSubmit={(event) => { event.preventDefault(); trial.mutate(); }}>
        <Field label={t("period.factor")}>
          {(ids) => (
            <select {...ids} className="input" value={key} onChange={(event) => pick(event.target.value)}>
              {choices.map((choice) => <option key={choice.key} value={choice.key}>{`${name(choice.line)} · ${term("Property", choice.one.name)}`}</option>)}
            </select>
          )}
        </Field>
        <Field label={`${t("period.value")} (${term("Unit", chosen.one.unit)})`}>{(ids) => <input {...ids} className="input num" inputMode="decimal" value={value} onChange={(event) => setValue(event.target.value.trim())} />}</Field>
        <button type="submit" className="button" disabled={trial.isPending || !/^-?\d+(\.\d+)?$/.test(value)}>{t("recompute.try")}</button>
      </form>
      <div aria-live="polite">
        {trial.data?.total ? (
          <p data-what-if={trial.data.total}>{t("period.total")} <strong><Num value={trial.data.total} places={3} unit={t("unit.tco2")} /></strong> · {t("recompute.change")} <Num value={minus(trial.data.total, report.total.tco2e)} places={3} unit={t("unit.tco2")} /></p>
        ) : null}
        {trial.data && !trial.data.total ? <Notice tone="warn" icon="alert">{trial.data.remarks.filter((one) => one.blocks).map((one) => <p key={one.en}>{i18n.language === "en" ? one.en : one.zh}</p>)}</Notice> : null}
      </div>
    </Card>
  );
}

/** The report's input with one parameter of one stream given anew. */
function withFactor(report: Frozen, stream: string, one: LineParameter, value: string) {
  const given = { value, unit: one.unit, source: one.source === "default" ? "measured" : one.source };
  const streams = report.input.streams.map((row) => (row["id"] === stream ? { ...row, parameters: { ...(row["parameters"] as object), [one.name]: given } } : row));
  return { ...report.input, streams };
}
