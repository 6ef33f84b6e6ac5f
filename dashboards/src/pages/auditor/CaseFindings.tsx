import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, FindingRow } from "@/api/accounting";
import { closeFinding, writeFinding } from "@/api/cases";
import { can, useMyself } from "@/api/me";
import { idsOf, useTerm } from "@/labels";
import { minor } from "@/lib/decimal";
import type { Problem } from "@/lib/problem";
import { Finding } from "@/pages/enterprise/PeriodFindings";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Empty, ErrorCard } from "@/ui/states";

/** Findings with their threads; the lead auditor writes and closes them. */
export function CaseFindings({ row }: { row: Case }) {
  const { t } = useTranslation();
  const me = useMyself();
  const lead = can(me, "lead_verification") && row.open;
  return (
    <Card title={t("period.findings")} note={row.findings.length ? String(row.findings.length) : undefined}>
      {row.findings.length === 0 ? <Empty icon="check" title={t("review.noFindings")} /> : row.findings.map((finding) => <Finding key={finding.number} row={finding}>{lead && !finding.closed ? <Closing id={row.id} finding={finding} /> : null}</Finding>)}
      {lead ? <NewFinding row={row} /> : null}
    </Card>
  );
}

function useRenew(id: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["case", id] });
}

function Closing({ id, finding }: { id: string; finding: FindingRow }) {
  const { t } = useTranslation();
  const renew = useRenew(id);
  const [problem, setProblem] = useState<Problem | null>(null);
  const close = async (outcome: string) => {
    const answer = await closeFinding(id, finding.number, outcome);
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) await renew();
  };
  return (
    <form className="row tight" onSubmit={(event) => { event.preventDefault(); void close(String(new FormData(event.currentTarget).get("outcome"))); }}>
      <input className="input grow" name="outcome" aria-label={t("review.outcome")} placeholder={t("review.outcome")} maxLength={500} required />
      <button type="submit" className="button small">{t("review.close")}</button>
      {problem ? <ErrorCard problem={problem} /> : null}
    </form>
  );
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

function NewFinding({ row }: { row: Case }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const renew = useRenew(row.id);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [faulty, setFaulty] = useState(false);
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const text = (field: string) => String(data.get(field) ?? "").trim();
    const grams = minor(text("stake") || "0", 6);
    setFaulty(grams === null);
    if (grams === null) return;
    const answer = await writeFinding(row.id, { kind: text("kind"), stream: text("stream"), text: text("text"), at_stake_g: Number(grams), due_on: text("due") });
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) {
      setOpen(false);
      await renew();
    }
  };
  if (!open) return <button type="button" className="button small" onClick={() => setOpen(true)}>{t("review.newFinding")}</button>;
  return (
    <form className="stack tight" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      <div style={{ display: "grid", gap: 10, gridTemplateColumns: "repeat(auto-fit,minmax(150px,1fr))" }}>
        <Field label={t("period.kind")}>{(ids) => <select {...ids} className="input" name="kind">{idsOf("FindingKind").map((id) => <option key={id} value={id}>{term("FindingKind", id)}</option>)}</select>}</Field>
        <Field label={t("period.source")}>{(ids) => <select {...ids} className="input" name="stream"><option value="">{t("period.allStreams")}</option>{row.statement?.lines.map((line) => <option key={line.stream} value={line.stream}>{name(line)}</option>)}</select>}</Field>
        <Field label={`${t("period.atStake")} (${t("unit.tco2")})`} fault={faulty ? t("review.stakeFault") : null}>{(ids) => <input {...ids} className="input" name="stake" inputMode="decimal" defaultValue="0" />}</Field>
        <Field label={t("period.due")}>{(ids) => <input {...ids} className="input" name="due" type="date" defaultValue={inDays(3)} required />}</Field>
      </div>
      <Field label={t("review.findingText")}>{(ids) => <textarea {...ids} className="input" name="text" maxLength={1000} required />}</Field>
      {problem ? <ErrorCard problem={problem} /> : null}
      <div className="row"><button type="submit" className="button primary">{t("ui.save")}</button><button type="button" className="button" onClick={() => setOpen(false)}>{t("ui.cancel")}</button></div>
    </form>
  );
}
