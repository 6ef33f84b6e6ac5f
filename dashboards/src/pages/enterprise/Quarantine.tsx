import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import { releaseDue, releaseHeld, type ReleasedTogether } from "@/api/watching";
import { useWords } from "@/labels";
import { Card } from "@/ui/Card";
import { List } from "@/ui/List";
import { Empty, ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant, instantText, useNow } from "@/ui/time";
import type { Bilingual, Problem } from "@/lib/problem";

interface Held {
  id: number;
  meter: string;
  topic: string;
  reason: string;
  what: Bilingual;
  action: Bilingual;
  case: string;
  payload: string;
  more: number;
  received_at: string;
  releasable_from: string | null;
  decided_by: string;
  decided_at: string | null;
}

/** Readings that were set aside, each with its reason: nothing disappears in silence. */
export function Quarantine({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const may = can(useMyself(), "release_quarantine");
  const query = useList<Held>("quarantine/", { plant }, { refetchInterval: 30_000 });
  const now = useNow(5_000);
  const due = (query.data?.pages ?? []).flatMap((page) => page.results).filter((row) => isDue(row, now)).length;
  return (
    <Card title={t("live.quarantineTitle")} flush>
      {may ? <Together plant={plant} due={due} /> : null}
      <List query={query} rowKey={(row) => String(row.id)} label={t("live.quarantineTitle")} empty={<Empty icon="check" title={t("live.quarantineNone")} />}
        columns={[
          { key: "at", title: t("live.at"), render: (row) => <Instant at={row.received_at} /> },
          { key: "meter", title: t("live.meter"), render: (row) => <span className="mono">{row.meter || row.topic}</span> },
          { key: "reason", title: t("live.reason"), render: (row) => <><div>{words(row.what)}</div>{row.more > 0 && <div className="strong">{t("live.quarantineMore", { number: row.more })}</div>}{row.decided_at ? null : <div className="small muted">{words(row.action)}</div>}<Ending row={row} may={may} /></> },
          { key: "value", title: t("live.value"), render: (row) => <span className="mono wrap-anywhere" title={row.payload}>{row.payload.slice(0, 60)}</span> },
          { key: "case", title: t("fault.case"), render: (row) => <span className="mono">{row.case}</span> },
        ]} />
    </Card>
  );
}

const isDue = (row: Held, now: number) => row.releasable_from !== null && row.decided_at === null && Date.parse(row.releasable_from) <= now;

/** One press for all whose time has come: a clock that was fast for a day held a thousand. */
function Together({ plant, due }: { plant: string; due: number }) {
  const { t } = useTranslation();
  const words = useWords();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<ReleasedTogether | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (due < 2 && !told && !problem) return null;
  const send = async () => {
    setBusy(true);
    const answer = await releaseDue(plant);
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    setTold(answer.ok ? answer.value : null);
    await client.invalidateQueries({ queryKey: ["quarantine/"] });
  };
  return (
    <div className="stack tight" style={{ padding: "12px 18px" }}>
      {due >= 2 ? <div className="row"><button type="button" className="button small" disabled={busy} onClick={() => void send()}>{t("live.releaseAll")}</button><span className="small muted">{t("live.releaseAllText")}</span></div> : null}
      <div role="status" className="small">
        {told ? <div>{t("live.releasedAll", { number: told.released, left: told.left })}</div> : null}
        {told && told.not_released > 0 ? <div className="strong">{t("live.notReleased", { number: told.not_released })}</div> : null}
        {told?.refused.map((each) => <div key={each.case}><span className="mono">{each.case} {each.meter}</span> {words(each.what)}</div>)}
      </div>
      {problem ? <ErrorCard problem={problem} /> : null}
    </div>
  );
}

/** What became of an entry: its release, or the button for it once its time has come. */
function Ending({ row, may }: { row: Held; may: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const now = useNow(5_000);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  if (row.decided_at) return <div><StatusPill>{t("live.released", { name: row.decided_by, at: instantText(row.decided_at) })}</StatusPill></div>;
  if (!row.releasable_from || !may) return null;
  if (Date.parse(row.releasable_from) > now) return <div className="small">{t("live.releaseFrom", { at: instantText(row.releasable_from) })}</div>;
  const send = async () => {
    setBusy(true);
    const answer = await releaseHeld(row.id);
    setBusy(false);
    if (!answer.ok) return setProblem(answer.error);
    await client.invalidateQueries({ queryKey: ["quarantine/"] });
  };
  return (
    <div className="stack tight">
      <div className="row"><button type="button" className="button small" disabled={busy} onClick={() => void send()}>{t("live.release")}</button><span className="small muted">{t("live.releaseText")}</span></div>
      {problem ? <ErrorCard problem={problem} /> : null}
    </div>
  );
}
