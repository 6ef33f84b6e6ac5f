/** What is wrong now with a plant's meters; many at once are one line where the network is the cause. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { handleAlarm, useOpenAlarms, type Alarm } from "@/api/watching";
import { useNamed } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Answer, Empty, ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

const Dialog = lazy(() => import("@/ui/antd/Dialog").then((module) => ({ default: module.Dialog })));

/** quiet: without an alarm there is no card either. */
export function Alarms({ plant, manages, quiet = false }: { plant: string; manages: boolean; quiet?: boolean }) {
  const { t } = useTranslation();
  const query = useOpenAlarms(plant);
  const [handling, setHandling] = useState<Alarm | null>(null);
  if (quiet && !query.isError && !query.data?.results.length) return null;
  return (
    <Card title={t("alarm.title")} note={query.data ? String(query.data.results.length) : undefined}>
      <Answer query={query} rows={1} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="check" title={t("alarm.none")} />}>
        {(data) => <div className="stack tight">{data.results.map((row) => <One key={row.id} row={row} onHandle={manages && row.handled_at === null ? () => setHandling(row) : null} />)}</div>}
      </Answer>
      {handling ? <HandleDialog alarm={handling} onClose={() => setHandling(null)} /> : null}
    </Card>
  );
}

/** An alarm in a sentence. */
export function useSentence(): (row: Alarm) => string {
  const { t } = useTranslation();
  const named = useNamed();
  return (row) => {
    const facts = { ...row.facts, gateway: row.gateway, name: row.meter ? named(row.meter) : row.gateway };
    if (row.kind !== "clock") return t(`alarm.${row.kind}`, facts);
    const isBehind = row.facts["seconds"]?.startsWith("-") ?? false;
    return t(isBehind ? "alarm.clockBehind" : "alarm.clockAhead", { ...facts, seconds: row.facts["seconds"]?.replace("-", "") });
  };
}

function One({ row, onHandle }: { row: Alarm; onHandle: (() => void) | null }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <div className={`notice ${row.handled_at ? "" : "warn"}`} role="alert">
      <Icon name="alert" />
      <div className="stack tight grow">
        <strong>{sentence(row)}</strong>
        <span>{t(`alarm.${row.kind}Why`)}</span>
        <span className="small muted row apart">
          <span>{t("alarm.since")} <Instant at={row.since} /></span>
          {row.handled_at ? <StatusPill>{t("alarm.handledBy", { name: row.person_name, note: row.note })}</StatusPill> : onHandle ? <button type="button" className="button small" onClick={onHandle}>{t("alarm.handle")}</button> : null}
        </span>
      </div>
    </div>
  );
}

function HandleDialog({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    const answer = await handleAlarm(alarm.id, note);
    if (!answer.ok) return setProblem(answer.error);
    await client.invalidateQueries({ queryKey: ["alarms"] });
    onClose();
  };
  return (
    <Suspense fallback={null}>
      <Dialog open title={t("alarm.handleTitle")} onClose={onClose}>
        <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
          <p>{t("alarm.handleText")}</p>
          <Field label={t("alarm.note")}>{(ids) => <textarea {...ids} className="input" rows={2} maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} required />}</Field>
          {problem ? <ErrorCard problem={problem} /> : null}
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button>
            <button type="submit" className="button primary">{t("alarm.handle")}</button>
          </div>
        </form>
      </Dialog>
    </Suspense>
  );
}
