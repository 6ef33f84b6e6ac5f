import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { evidenceUrl, replyTo, uploadEvidence, type FindingRow, type Period, type ThreadMessage } from "@/api/accounting";
import { can, useMyself } from "@/api/me";
import { useListed, useTerm, useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { ErrorCard, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

/** The auditor's findings on the month and the enterprise's replies. */
export function Findings({ period }: { period: Period }) {
  const { t } = useTranslation();
  // What came back keeps its findings until it is submitted again; those of earlier versions ended with them.
  const running = period.version - (period.state === "returned" ? 1 : 0);
  return (
    <Card title={t("period.findings")} note={period.findings_open ? t("findings.open", { n: period.findings_open }) : undefined}>
      {period.findings.map((row) => <Finding key={`${row.version}.${row.number}`} row={row} over={row.version !== running} url={evidenceUrl}>{row.version === running ? <Reply period={period} row={row} /> : null}</Finding>)}
    </Card>
  );
}

/** Why the auditor sent the statement back, while it is with the enterprise. */
export function ReturnedWhy({ period }: { period: Period }) {
  const { t } = useTranslation();
  const reason = period.history.findLast((entry) => entry.act === "returned")?.facts["reason"];
  if (period.state !== "returned" || typeof reason !== "string" || !reason) return null;
  return <Notice tone="warn" icon="alert">{t("findings.returnedWhy", { reason })}</Notice>;
}

/** over: it stood on an earlier version, whose end was its own. */
export function Finding({ row, over = false, url, children }: { row: FindingRow; over?: boolean; url: (evidence: string) => string; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useWords();
  return (
    <article className="remark" id={over ? `finding-${row.version}-${row.number}` : `finding-${row.number}`}>
      <div className="row apart">
        <span className="row"><span className="strong num">#{row.number}</span><StatusPill tone={row.closed ? "ok" : "warn"}>{term("FindingKind", row.kind)}{row.closed ? " ✓" : ""}</StatusPill>{row.item ? <span className="muted wrap-anywhere">{words(row.item)}</span> : row.stream ? <span className="mono muted">{row.stream}</span> : null}{over && !row.closed ? <StatusPill>{t("findings.over", { n: row.version })}</StatusPill> : <ClockPill row={row} />}</span>
        <span className="small muted">{t("period.due")} <span className="num">{row.due_on}</span> · {t("period.atStake")} <Num value={gramsAsTonnes(row.at_stake_g)} places={3} unit={t("unit.tco2")} /></span>
      </div>
      <p>{row.text}</p>
      {row.messages.length > 0 ? <ul className="stack tight" aria-label={t("findings.thread")}>{row.messages.map((each) => <Said key={`${each.at}${each.person}`} row={each} url={url} />)}</ul> : null}
      {row.closed && row.outcome ? <p className="small ok-text">{row.outcome}</p> : null}
      {children}
    </article>
  );
}

/** Whose turn it is and by when; a red pill once that day is past. */
function ClockPill({ row }: { row: FindingRow }) {
  const { t } = useTranslation();
  if (row.closed) return null;
  if (row.closing) return <StatusPill>{t("findings.closing")}</StatusPill>;
  if (!row.clock) return <StatusPill>{t("findings.onWay")}</StatusPill>;
  const side = t(row.clock.waits_for === "auditor" ? "findings.auditor" : "findings.enterprise");
  const when = t(row.clock.overdue ? "findings.overdue" : "findings.due", { day: row.clock.due_on });
  return <StatusPill tone={row.clock.overdue ? "danger" : "neutral"}>{t("findings.waits", { side })} · {when}</StatusPill>;
}

function Said({ row, url }: { row: ThreadMessage; url: (evidence: string) => string }) {
  const { t } = useTranslation();
  return (
    <li className="stack close small">
      <span className="row muted"><strong>{t(row.side === "auditor" ? "findings.auditor" : "findings.enterprise")}</strong><Instant at={row.at} /></span>
      <span className="wrap-anywhere">{row.text}</span>
      {row.evidence.map((file) => <a key={file.id} href={url(file.id)} className="row tight wrap-anywhere"><Icon name="file" size={14} />{file.title}</a>)}
    </li>
  );
}

function Reply({ period, row }: { period: Period; row: FindingRow }) {
  const { t } = useTranslation();
  const listed = useListed();
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [files, setFiles] = useState<{ id: string; title: string }[]>([]);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  if (row.closed || !can(me, "keep_periods") || !["in_verification", "returned"].includes(period.state)) return null;
  const attach = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const answer = await uploadEvidence({ stream: row.stream, kind: "other", title: file.name.replace(/\.[^.]+$/, "").slice(0, 120) }, file);
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) setFiles([...files, { id: answer.value.id, title: answer.value.title }]);
  };
  const send = async () => {
    setBusy(true);
    const answer = await replyTo(period.id, row.number, text.trim(), files.map((file) => file.id));
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setText("");
    setFiles([]);
    await client.invalidateQueries({ queryKey: ["period", period.id] });
  };
  return (
    <form className="stack tight" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <span className="row tight">
        <input className="input grow" name="text" aria-label={t("period.reply")} placeholder={t("period.reply")} maxLength={1000} required value={text} onChange={(event) => setText(event.target.value)} />
        <label className="button small"><Icon name="file" size={14} />{t("findings.attach")}<input type="file" className="sr" accept=".pdf,.png,.jpg,.jpeg,.csv,.xlsx,.txt" onChange={(event) => { void attach(event.target.files?.[0]); event.target.value = ""; }} /></label>
        <button type="submit" className="button small primary" disabled={busy || !text.trim()}>{t("ui.send")}</button>
      </span>
      {files.length > 0 ? <span className="small muted">{t("findings.attached", { names: listed(files.map((file) => file.title)) })}</span> : null}
      {problem ? <ErrorCard problem={problem} /> : null}
    </form>
  );
}
