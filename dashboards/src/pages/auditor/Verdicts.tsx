/** What the seed drew, item by item: the automatic check, and the verdict that a person gives. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/accounting";
import { itemChecks, keepVerdicts, passChecked, verdictsOf, type ItemCheck, type SampledItem, type Verdict, type Verdicts } from "@/api/cases";
import { can, useMyself } from "@/api/me";
import { useTerm, useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Segments } from "@/ui/Segments";
import { Answer, ErrorCard, Notice } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import type { Place } from "./CaseFindings";

const GIVEN = ["pass", "fail", "remark"] as const;
const TONES: Record<Verdict, Tone> = { "": "neutral", pass: "ok", fail: "danger", remark: "warn" };
// What did not pass becomes a finding: what failed an error, a remark a question.
const KINDS: Partial<Record<Verdict, string>> = { fail: "error", remark: "question" };

export function Items({ row, onFinding }: { row: Case; onFinding: (place: Place) => void }) {
  // A further plan draws more, a further step or finding changes what stands beside an item.
  const key = ["case", row.id, "verdicts", String(row.record["plan_digest"] ?? ""), row.log.length, row.findings.filter((each) => each.on_ledger).length];
  const query = useQuery({ queryKey: key, queryFn: () => verdictsOf(row.id), placeholderData: (before) => before });
  return <Answer query={query} rows={5}>{(data) => <Judging row={row} told={data} at={key} onFinding={onFinding} />}</Answer>;
}

function Judging({ row, told, at, onFinding }: { row: Case; told: Verdicts; at: readonly unknown[]; onFinding: (place: Place) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const checks = useQuery({ queryKey: ["item-checks", row.id, told.items.length], queryFn: () => itemChecks(row.id), staleTime: Number.POSITIVE_INFINITY });
  const found = new Map(checks.data?.results.map((each) => [each.item, each]));
  const judges = can(me, "lead_verification") && told.open;
  const ready = told.items.filter((each) => !each.verdict && found.get(each.item)?.good).length;
  const send = async (act: Promise<Result<Verdicts, Problem>>) => {
    setBusy(true);
    const answer = await act;
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) client.setQueryData(at, answer.value);
    return answer.ok;
  };
  const judge = async (each: SampledItem, verdict: Verdict) => {
    const said = verdict === each.verdict ? "" : verdict;
    const kind = KINDS[said];
    if ((await send(keepVerdicts(row.id, { [each.item]: said }))) && kind && each.findings.length === 0) onFinding({ item: each.item, name: words(each), stream: each.stream, kind });
  };
  return (
    <section className="stack" data-verdicts={told.missing} aria-label={t("verdicts.title")}>
      <div className="row apart">
        <Counts told={told} />
        {judges && ready > 0 ? <button type="button" className="button small" disabled={busy} onClick={() => void send(passChecked(row.id))}>{t("verdicts.passChecked", { n: ready })}</button> : null}
      </div>
      <p className="small muted">{t(judges ? "verdicts.text" : told.open ? "verdicts.notYours" : "verdicts.reviewed")}</p>
      {checks.isError ? <Notice tone="warn" icon="alert">{t("verdicts.noChecks")}</Notice> : null}
      <ul className="verdicts">
        {told.items.map((each) => <Item key={each.item} each={each} check={found.get(each.item)} judges={judges} busy={busy} onJudge={(verdict) => void judge(each, verdict)} onFinding={onFinding} />)}
      </ul>
      {problem ? <ErrorCard problem={problem} /> : null}
    </section>
  );
}

function Counts({ told }: { told: Verdicts }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <span className="row">
      {GIVEN.map((verdict) => <StatusPill key={verdict} tone={told.counts[verdict] ? TONES[verdict] : "neutral"}>{term("ItemVerdict", verdict)} {told.counts[verdict]}</StatusPill>)}
      <StatusPill tone={told.missing ? "warn" : "neutral"}>{t("verdicts.missing", { n: told.missing })}</StatusPill>
    </span>
  );
}

function Item({ each, check, judges, busy, onJudge, onFinding }: { each: SampledItem; check: ItemCheck | undefined; judges: boolean; busy: boolean; onJudge: (verdict: Verdict) => void; onFinding: (place: Place) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useWords();
  const kind = KINDS[each.verdict];
  return (
    <li data-verdict={each.verdict} data-kind={each.kind} title={each.item}>
      <span className="stack close">
        <span className="wrap-anywhere">{words(each)}</span>
        <span className={`small ${check?.good ? "ok-text" : "muted"}`}>{check ? words(check) : t("verdicts.checking")}</span>
      </span>
      <span className="row tight">
        {each.findings.map((number) => <a key={number} className="small" href={`#finding-${number}`}>{t("verdicts.finding", { n: number })}</a>)}
        {judges && kind && each.findings.length === 0 ? <button type="button" className="button small" onClick={() => onFinding({ item: each.item, name: words(each), stream: each.stream, kind })}>{t("review.newFinding")}</button> : null}
        {judges ? (
          <fieldset className="bare" disabled={busy}><Segments label={`${t("verdicts.verdict")} ${words(each)}`} options={GIVEN.map((value) => ({ value, label: term("ItemVerdict", value) }))} value={each.verdict} onChange={onJudge} /></fieldset>
        ) : each.verdict ? <StatusPill tone={TONES[each.verdict]}>{term("ItemVerdict", each.verdict)}</StatusPill> : <span className="muted">—</span>}
      </span>
    </li>
  );
}
