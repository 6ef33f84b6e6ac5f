import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { importSheet, templateUrl, type EvidenceRow, type Period, type SheetAnswer } from "@/api/accounting";
import { useList } from "@/api/lists";
import { useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { ErrorCard, SkeletonRows } from "@/ui/states";
import { useValueName } from "./EnteredValues";

const Drop = lazy(() => import("@/ui/antd/Drop").then((module) => ({ default: module.Drop })));

/** A sheet of activity data: template, trial with the total it would give, then kept whole or not at all. */
export function SheetImport({ period }: { period: Period }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [answer, setAnswer] = useState<SheetAnswer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [evidence, setEvidence] = useState("");
  const [busy, setBusy] = useState(false);
  const language = i18n.language === "en" ? "en" : "zh";
  const send = async (chosen: File, trial: boolean) => {
    setBusy(true);
    const got = await importSheet(period.id, chosen, { trial, evidence: evidence ? [evidence] : [] });
    setBusy(false);
    setFile(trial ? chosen : null);
    setProblem(got.ok ? null : got.error);
    setAnswer(got.ok ? got.value : null);
    if (got.ok && got.value.applied) await client.invalidateQueries({ queryKey: ["period", period.id] });
  };
  return (
    <Card title={t("sheet.title")} aside={
      <span className="row small">
        <a href={templateUrl(period.id, "xlsx", language)} className="row tight"><Icon name="download" size={14} />{t("sheet.templateXlsx")}</a>
        <a href={templateUrl(period.id, "csv", language)}>{t("sheet.templateCsv")}</a>
      </span>
    }>
      <div className="stack">
        <p className="small muted">{t("sheet.text")}</p>
        <EvidenceChoice period={period.id} value={evidence} onValue={setEvidence} />
        <Suspense fallback={<SkeletonRows rows={2} />}>
          <Drop accept=".csv,.xlsx" label={t("sheet.drop")} hint={t("sheet.hint")} disabled={busy} onFile={(chosen) => void send(chosen, true)} />
        </Suspense>
        {problem ? <><ErrorCard problem={problem} /><HelpAt guideline={period.guideline} about={problem.refusal} /></> : null}
        <div aria-live="polite" className="stack">{answer ? <Told answer={answer} period={period} /> : null}</div>
        {file && answer && answer.remarks.length === 0 && answer.changes.length > 0 ? (
          <button type="button" className="button primary" disabled={busy} onClick={() => void send(file, false)}>
            {t("sheet.keep", { count: answer.changes.length })}
          </button>
        ) : null}
      </div>
    </Card>
  );
}

function EvidenceChoice({ period, value, onValue }: { period: string; value: string; onValue: (id: string) => void }) {
  const { t } = useTranslation();
  const query = useList<EvidenceRow>("evidence/", { period });
  const rows = (query.data?.pages ?? []).flatMap((page) => page.results);
  if (rows.length === 0) return null;
  return (
    <Field label={t("sheet.evidence")}>{(ids) => (
      <select {...ids} className="input" value={value} onChange={(event) => onValue(event.target.value)}>
        <option value="">{t("sheet.evidenceNone")}</option>
        {rows.map((row) => <option key={row.id} value={row.id}>{row.title}</option>)}
      </select>
    )}</Field>
  );
}

function Told({ answer, period }: { answer: SheetAnswer; period: Period }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const lineName = useLineName();
  const valueName = useValueName(period);
  const streamName = (slug: string) => { const found = period.streams.find((each) => each.slug === slug); return found ? lineName(found) : slug; };
  if (answer.remarks.length > 0) {
    return (
      <>
        <p className="warn-text row tight"><Icon name="alert" size={16} />{t("sheet.wrong", { count: answer.remarks.length })}</p>
        <Rows rows={answer.remarks.map((one, index) => ({ ...one, index }))} rowKey={(one) => `${one.row}-${one.index}`} label={t("sheet.wrong", { count: answer.remarks.length })}
          columns={[
            { key: "row", title: t("sheet.row"), right: true, render: (one) => <span className="num">{one.row}</span> },
            { key: "text", title: t("sheet.what"), render: (one) => <>{i18n.language === "en" ? one.en : one.zh} {one.stream ? <HelpAt guideline={period.guideline} stream={period.streams.find((each) => each.slug === one.stream)} field={one.field} about={one.name} /> : null}</> },
          ]} />
      </>
    );
  }
  if (answer.applied) return <p className="row tight"><Icon name="check" size={16} />{t("sheet.kept", { count: answer.changes.length })}</p>;
  if (answer.changes.length === 0) return <p className="muted">{t("sheet.same", { count: answer.unchanged })}</p>;
  return (
    <>
      <p>{t("sheet.effect")} <Num value={answer.total_before} places={3} unit={t("unit.tco2")} /> → <strong><Num value={answer.total_after} places={3} unit={t("unit.tco2")} /></strong></p>
      <Rows rows={answer.changes} rowKey={(one) => `${one.row}`} label={t("sheet.changes")}
        columns={[
          { key: "row", title: t("sheet.row"), right: true, render: (one) => <span className="num">{one.row}</span> },
          { key: "stream", title: t("period.source"), render: (one) => streamName(one.stream) },
          { key: "name", title: t("period.factor"), render: (one) => <span title={one.name}>{valueName(one.stream, one.name)}</span> },
          { key: "value", title: t("period.value"), right: true, render: (one) => <Num value={one.text} unit={term("Unit", one.unit)} /> },
          { key: "before", title: t("sheet.before"), right: true, render: (one) => <span className="muted"><Num value={one.before ?? null} /></span> },
        ]} />
    </>
  );
}
