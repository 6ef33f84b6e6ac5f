/** Times without readings, each with who sees to it until when; they close by themselves when refilled. */
import { useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Page } from "@/api/lists";
import { closeGap, giveGap, takeGap, useColleagues, type Gap } from "@/api/watching";
import { useNamed } from "@/labels";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Rows } from "@/ui/List";
import { Answer, Empty, ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Between } from "@/ui/time";

const Dialog = lazy(() => import("@/ui/antd/Dialog").then((module) => ({ default: module.Dialog })));

export function Gaps({ query, manages, today }: { query: UseQueryResult<Page<Gap>>; manages: boolean; today: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const named = useNamed();
  const [closing, setClosing] = useState<Gap | null>(null);
  const [giving, setGiving] = useState<Gap | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const settle = async (answer: Result<Gap, Problem>) => {
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) {
      setClosing(null);
      setGiving(null);
    }
    await client.invalidateQueries({ queryKey: ["gaps"] });
  };
  const acts = (row: Gap) => (row.closed_at !== null || !manages ? null : (
    <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
      {row.owner ? null : <button type="button" className="button small" onClick={() => void takeGap(row.id, row.due_on).then(settle)}>{t("day.take")}</button>}
      <button type="button" className="button small" onClick={() => setGiving(row)}>{t("day.give")}</button>
      <button type="button" className="button small" onClick={() => setClosing(row)}>{t("day.closeGap")}</button>
    </span>
  ));
  return (
    <Card title={t("day.gaps")} flush note={query.data ? String(query.data.results.filter((row) => row.closed_at === null).length) : undefined}>
      {problem && !closing && !giving ? <div style={{ padding: 18 }}><ErrorCard problem={problem} /></div> : null}
      <Answer query={query} rows={2} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="check" title={t("day.gapsNone")} />}>
        {(data) => (
          <Rows<Gap> rows={data.results} rowKey={(row) => String(row.id)} label={t("day.gaps")}
            columns={[
              { key: "meter", title: t("day.gapMeter"), render: (row) => <div className="nowrap"><div>{named(row.meter)}</div><div className="small mono muted">{row.meter.slug}</div></div> },
              { key: "span", title: t("day.gapSpan"), render: (row) => <Span row={row} /> },
              { key: "missing", title: t("day.gapMissing"), right: true, render: (row) => <span className="num">{row.expected}</span> },
              { key: "owner", title: t("day.owner"), render: (row) => <span className={row.owner_name ? "nowrap" : "nowrap muted"}>{row.owner_name || t("day.noOwner")}</span> },
              { key: "due", title: t("day.due"), render: (row) => <span className="num nowrap">{row.due_on}</span> },
              { key: "state", title: t("day.state"), render: (row) => <State row={row} today={today} /> },
              { key: "acts", title: "", right: true, render: acts },
            ]} />
        )}
      </Answer>
      {closing ? <CloseDialog gap={closing} problem={problem} onClose={() => setClosing(null)} onSend={(note) => void closeGap(closing.id, note).then(settle)} /> : null}
      {giving ? <GiveDialog gap={giving} problem={problem} onClose={() => setGiving(null)} onSend={(owner, due) => void giveGap(giving.id, owner, due).then(settle)} /> : null}
    </Card>
  );
}

function Span({ row }: { row: Gap }) {
  const { t } = useTranslation();
  const shrunk = row.closed_at === null && (row.from !== row.found_from || row.to !== row.found_to);
  return <><span className="nowrap"><Between from={row.from} to={row.to} /></span>{shrunk ? <div className="small muted">{t("day.shrunk")}</div> : null}</>;
}

function State({ row, today }: { row: Gap; today: string }) {
  const { t } = useTranslation();
  if (row.how === "refilled") return <StatusPill tone="ok">{t("day.refilled")}</StatusPill>;
  if (row.how === "accepted") return <span className="small">{t("day.accepted", { name: row.person_name, note: row.note })}</span>;
  return row.due_on < today ? <StatusPill tone="danger">{t("day.overdue")}</StatusPill> : <StatusPill tone="warn">{t("day.openState")}</StatusPill>;
}

function CloseDialog({ gap, problem, onClose, onSend }: { gap: Gap; problem: Problem | null; onClose: () => void; onSend: (note: string) => void }) {
  const { t } = useTranslation();
  const named = useNamed();
  const [note, setNote] = useState("");
  return (
    <Suspense fallback={null}>
      <Dialog open title={t("day.closeTitle", { meter: named(gap.meter) })} onClose={onClose}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); onSend(note); }}>
          <p>{t("day.closeText")}</p>
          <Field label={t("day.reason")}>{(ids) => <textarea {...ids} className="input" rows={2} maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} required />}</Field>
          {problem ? <ErrorCard problem={problem} /> : null}
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button>
            <button type="submit" className="button primary">{t("day.closeGap")}</button>
          </div>
        </form>
      </Dialog>
    </Suspense>
  );
}

function GiveDialog({ gap, problem, onClose, onSend }: { gap: Gap; problem: Problem | null; onClose: () => void; onSend: (owner: string, due: string) => void }) {
  const { t } = useTranslation();
  const named = useNamed();
  const query = useColleagues(gap.id);
  const [owner, setOwner] = useState(gap.owner);
  const [due, setDue] = useState(gap.due_on);
  return (
    <Suspense fallback={null}>
      <Dialog open title={t("day.giveTitle", { meter: named(gap.meter) })} onClose={onClose}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); onSend(owner, due); }}>
          <Answer query={query} rows={1} isEmpty={(data) => data.length === 0} empty={<Empty icon="inbox" title={t("day.noOwner")} />}>
            {(data) => (
              <Field label={t("day.owner")}>{(ids) => (
                <select {...ids} className="input" value={owner} onChange={(event) => setOwner(event.target.value)} required>
                  <option value="" disabled>{t("day.noOwner")}</option>
                  {data.map((one) => <option key={one.person} value={one.person}>{one.name}</option>)}
                </select>
              )}</Field>
            )}
          </Answer>
          <Field label={t("day.takeUntil")}>{(ids) => <input {...ids} type="date" className="input" value={due} onChange={(event) => setDue(event.target.value)} required />}</Field>
          {problem ? <ErrorCard problem={problem} /> : null}
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button>
            <button type="submit" className="button primary">{t("day.give")}</button>
          </div>
        </form>
      </Dialog>
    </Suspense>
  );
}
