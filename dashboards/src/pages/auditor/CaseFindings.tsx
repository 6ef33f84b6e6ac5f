import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, FindingRow, ToSign } from "@/api/accounting";
import { caseEvidenceUrl, closingToSign, findingToSign, sayMore, sendClosing, sendFinding, type FindingDraft } from "@/api/cases";
import { can, useMyself } from "@/api/me";
import { idsOf, useTerm } from "@/labels";
import { minor } from "@/lib/decimal";
import type { Problem } from "@/lib/problem";
import { Finding } from "@/pages/enterprise/PeriodFindings";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Empty, ErrorCard, Notice } from "@/ui/states";

/** Where a finding is to be: an item of the sample by its name, its line, and the kind that its verdict suggests. */
export interface Place { item: string; name: string; stream: string; kind: string }

/** Findings with their threads; the lead auditor raises and closes them with a signature. */
export function CaseFindings({ row, place, onPlaced }: { row: Case; place: Place | null; onPlaced: () => void }) {
  const { t } = useTranslation();
  const me = useMyself();
  const [signing, setSigning] = useState<Signing | null>(null);
  const lead = can(me, "lead_verification") && row.open;
  const late = row.findings.some((finding) => finding.version === row.version && finding.clock?.overdue && finding.clock.waits_for === "enterprise");
  return (
    <Card title={t("period.findings")} note={row.findings.length ? String(row.findings.length) : undefined}>
      {late ? <Notice tone="warn" icon="alert">{t("findings.overdueText")}</Notice> : null}
      {row.findings.length === 0 ? <Empty icon="check" title={t("review.noFindings")} /> : row.findings.map((finding) => (
        <Finding key={`${finding.version}.${finding.number}`} row={finding} over={finding.version !== row.version} url={(evidence) => caseEvidenceUrl(row.id, evidence)}>
          {lead && finding.version === row.version && finding.clock && !finding.closing ? <><More id={row.id} finding={finding} /><Closing id={row.id} finding={finding} onSigning={setSigning} /></> : null}
        </Finding>
      ))}
      {lead ? <NewFinding key={place?.item ?? ""} row={row} place={place} onPlaced={onPlaced} onSigning={setSigning} /> : null}
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}

const digestOf = (label: string) => ([intent]: unknown[]) => {
  const found = (intent as ToSign).digest;
  return found ? [{ label, value: <span className="mono wrap-anywhere">{found}</span> }] : [];
};

function More({ id, finding }: { id: string; finding: FindingRow }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [text, setText] = useState("");
  const send = async () => {
    const answer = await sayMore(id, finding.number, text.trim());
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setText("");
    await client.invalidateQueries({ queryKey: ["case", id] });
  };
  return (
    <form className="row tight" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <input className="input grow" aria-label={`${t("findings.ask")} #${finding.number}`} placeholder={`${t("findings.ask")} (${t("findings.askHint")})`} maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} required />
      <button type="submit" className="button small" disabled={!text.trim()}>{t("findings.ask")}</button>
      {problem ? <ErrorCard problem={problem} /> : null}
    </form>
  );
}

function Closing({ id, finding, onSigning }: { id: string; finding: FindingRow; onSigning: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const sign = (outcome: string) => onSigning({
    title: t("findings.close"), statement: t("findings.closeStatement"),
    facts: [{ label: `#${finding.number}`, value: finding.text }, { label: t("review.outcome"), value: outcome }],
    learn: digestOf(t("review.entryDigest")),
    intents: async () => [await closingToSign(id, finding.number, outcome)], send: ([signed]) => sendClosing(id, finding.number, outcome, signed!),
  });
  return (
    <form className="row tight" onSubmit={(event) => { event.preventDefault(); sign(String(new FormData(event.currentTarget).get("outcome")).trim()); }}>
      <input className="input grow" name="outcome" aria-label={t("review.outcome")} placeholder={t("review.outcome")} maxLength={500} required />
      <button type="submit" className="button small">{t("review.close")}</button>
    </form>
  );
}

function NewFinding({ row, place, onPlaced, onSigning }: { row: Case; place: Place | null; onPlaced: () => void; onSigning: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const [open, setOpen] = useState(place !== null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (place) form.current?.querySelector("textarea")?.focus();
  }, [place]);
  const close = () => {
    setOpen(false);
    onPlaced();
  };
  const [faulty, setFaulty] = useState(false);
  const sign = (form: HTMLFormElement) => {
    const data = new FormData(form);
    const text = (field: string) => String(data.get(field) ?? "").trim();
    const grams = minor(text("stake") || "0", 6);
    setFaulty(grams === null);
    if (grams === null) return;
    const draft: FindingDraft = { kind: text("kind"), stream: text("stream"), text: text("text"), at_stake_g: String(grams), ...(text("due") ? { due_on: text("due") } : {}), ...(place ? { item: place.item } : {}) };
    onSigning({
      title: t("findings.raise"), statement: t("findings.raiseStatement"),
      facts: [...(place ? [{ label: t("verdicts.item"), value: place.name }] : []), { label: t("findings.kind"), value: term("FindingKind", draft.kind) }, { label: t("review.findingText"), value: draft.text }],
      learn: (intents) => [{ label: t("period.due"), value: String(((intents[0] as ToSign).content ?? {})["due_on"] ?? "") }, ...digestOf(t("review.entryDigest"))(intents)],
      intents: async () => [await findingToSign(row.id, draft)], send: ([signed]) => sendFinding(row.id, draft, signed!),
      onDone: close,
    });
  };
  if (!open) return <button type="button" className="button small" onClick={() => setOpen(true)}>{t("review.newFinding")}</button>;
  return (
    <form ref={form} className="stack tight" data-item={place?.item} onSubmit={(event) => { event.preventDefault(); sign(event.currentTarget); }}>
      {place ? <p className="row"><span className="muted small">{t("verdicts.item")}</span><strong className="wrap-anywhere">{place.name}</strong></p> : null}
      <div style={{ display: "grid", gap: 10, gridTemplateColumns: "repeat(auto-fit,minmax(150px,1fr))" }}>
        <Field label={t("findings.kind")}>{(ids) => <select {...ids} className="input" name="kind" defaultValue={place?.kind}>{idsOf("FindingKind").map((id) => <option key={id} value={id}>{term("FindingKind", id)}</option>)}</select>}</Field>
        <Field label={t("period.source")}>{(ids) => <select {...ids} className="input" name="stream" defaultValue={place?.stream ?? ""}><option value="">{t("period.allStreams")}</option>{row.statement?.lines.map((line) => <option key={line.stream} value={line.stream}>{name(line)}</option>)}</select>}</Field>
        <Field label={`${t("period.atStake")} (${t("unit.tco2")})`} fault={faulty ? t("review.stakeFault") : null}>{(ids) => <input {...ids} className="input" name="stake" inputMode="decimal" defaultValue="0" />}</Field>
        <Field label={t("period.due")} hint={t("findings.dueHint")}>{(ids) => <input {...ids} className="input" name="due" type="date" />}</Field>
      </div>
      <Field label={t("review.findingText")}>{(ids) => <textarea {...ids} className="input" name="text" maxLength={1000} required defaultValue={place ? t(place.kind === "error" ? "verdicts.failedText" : "verdicts.remarkText", { name: place.name }) : ""} />}</Field>
      <div className="row"><button type="submit" className="button primary">{t("ui.next")}</button><button type="button" className="button" onClick={close}>{t("ui.cancel")}</button></div>
    </form>
  );
}
