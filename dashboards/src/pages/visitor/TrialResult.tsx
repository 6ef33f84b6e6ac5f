/** The result of a trial: total, kinds of emission, remarks, and every line with its formula. */
import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ComputeInput, ComputeRemark, ComputeResult } from "@/api/guidelines";
import { useTerm, useWords } from "@/labels";
import { problemFrom } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { CalcTable } from "@/ui/CalcTable";
import { Card, Fact, Facts } from "@/ui/Card";
import { Num } from "@/ui/Num";
import { Empty, ErrorCard, Notice } from "@/ui/states";
import { asLine } from "./computed";

export function TrialResult({ query, input, resting, started }: { query: UseQueryResult<ComputeResult>; input: ComputeInput; resting: boolean; started: boolean }) {
  const { t } = useTranslation();
  if (!started) return <Card title={t("trial.result")}><Empty icon="ledger" title={t("trial.none")}>{t("trial.noneText")}</Empty></Card>;
  if (query.error) return <ErrorCard problem={problemFrom(query.error)} retry={() => void query.refetch()} />;
  const result = query.data;
  return (
    <div className="stack trial-result" aria-live="polite" aria-busy={resting || query.isFetching}>
      <Card title={t("trial.result")} note={resting || query.isFetching ? t("trial.computing") : undefined}>
        {result ? <Figures result={result} /> : null}
      </Card>
      {result && result.detail.length > 0 ? (
        <Card title={t("trial.lines")} flush><CalcTable lines={result.detail.map(asLine)} total={result.total_tco2e ?? null} graded={false} /></Card>
      ) : null}
      {result && result.remarks.length > 0 ? <Remarks remarks={result.remarks} input={input} /> : null}
      <p className="small muted">{t("trial.keep")}</p>
    </div>
  );
}

function Figures({ result }: { result: ComputeResult }) {
  const { t } = useTranslation();
  const term = useTerm();
  if (result.total_tco2e === undefined) return <Notice tone="warn" icon="alert">{t("trial.blocked")}</Notice>;
  return (
    <div className="stack">
      <div className="big-figure num" data-total={result.total_tco2e}><Num value={result.total_tco2e} places={3} unit={t("unit.tco2")} /></div>
      <Facts>
        {Object.entries(result.subtotals ?? {}).map(([name, value]) => <Fact key={name} label={term("Subtotal", name)}><Num value={value} places={3} /></Fact>)}
        {Object.entries(result.indicators ?? {}).map(([name, value]) => <Fact key={name} label={term("Indicator", name)}><Num value={value} places={6} /></Fact>)}
      </Facts>
    </div>
  );
}

function Remarks({ remarks, input }: { remarks: readonly ComputeRemark[]; input: ComputeInput }) {
  const { t } = useTranslation();
  const words = useWords();
  // The same sentence about many streams is said once, with their ids.
  const said = new Map<string, { remark: ComputeRemark; streams: string[] }>();
  for (const remark of remarks) {
    const entry = said.get(remark.zh) ?? { remark, streams: [] };
    if (remark.stream) entry.streams.push(remark.stream);
    said.set(remark.zh, entry);
  }
  const rows = [...said.values()].sort((a, b) => Number(b.remark.blocks) - Number(a.remark.blocks) || Number(b.remark.needs_answer) - Number(a.remark.needs_answer));
  return (
    <Card title={t("trial.remarks")} note={<span className="num">{rows.length}</span>}>
      <ul className="stack tight">
        {rows.map(({ remark, streams }) => (
          <li key={remark.name + remark.zh} className={remark.blocks ? "danger-text" : remark.needs_answer ? "warn-text" : "muted small"}>
            {streams.length > 0 ? <span className="mono small">{streams.slice(0, 8).join(", ")}{streams.length > 8 ? "…" : ""} </span> : null}{words(remark)} {remark.blocks || remark.needs_answer ? <HelpAt to="/guide/$guideline" guideline={input.guideline} stream={input.streams.find((each) => each.id === remark.stream)} field={remark.facts["field"]} about={remark.name} /> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** A detail as the table of lines wants it: nothing here is metered, graded or proved. */
