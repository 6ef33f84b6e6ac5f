import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { evidenceUrl, uploadEvidence, type EvidenceRow, type StreamRow } from "@/api/accounting";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import { idsOf, useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { ErrorCard, Failed, SkeletonRows } from "@/ui/states";

const Drop = lazy(() => import("@/ui/antd/Drop").then((module) => ({ default: module.Drop })));

/** Files that support the month's figures, each with its digest; uploading while the month is open. */
export function EvidencePanel({ period, streams, stream, open }: { period: string; streams: readonly StreamRow[]; stream: string; open: boolean }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useList<EvidenceRow>("evidence/", { period });
  const rows = (query.data?.pages ?? []).flatMap((page) => page.results).filter((row) => !stream || row.stream === stream || !row.stream);
  return (
    <Card title={t("period.evidence")} note={rows.length ? String(rows.length) : undefined}>
      <div className="stack">
        {query.isPending ? <SkeletonRows rows={2} /> : query.error ? <Failed error={query.error} /> : null}
        {query.data && rows.length === 0 ? <span className="muted">{t("period.evidenceNone")}</span> : null}
        <EvidenceList rows={rows} url={evidenceUrl} />
        {open && can(me, "keep_periods") ? <Upload period={period} streams={streams} stream={stream} /> : null}
      </div>
    </Card>
  );
}

export function EvidenceList({ rows, url }: { rows: readonly EvidenceRow[]; url: (id: string) => string }) {
  const term = useTerm();
  return (
    <ul className="stack tight">
      {rows.map((row) => (
        <li key={row.id} className="stack close">
          <a href={url(row.id)} className="row tight"><Icon name="file" size={16} />{row.title}</a>
          <span className="row small muted">{term("EvidenceKind", row.kind)} · <span className="num">{Math.ceil(row.size_bytes / 1024)} kB</span> <Hash value={row.sha256} /></span>
        </li>
      ))}
    </ul>
  );
}

function Upload({ period, streams, stream }: { period: string; streams: readonly StreamRow[]; stream: string }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const client = useQueryClient();
  const [kind, setKind] = useState("invoice");
  const [about, setAbout] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (file: File) => {
    setBusy(true);
    const title = file.name.replace(/\.[^.]+$/, "").slice(0, 120);
    const answer = await uploadEvidence({ period, stream: about || stream, kind, title }, file);
    setProblem(answer.ok ? null : answer.error);
    setBusy(false);
    await client.invalidateQueries({ queryKey: ["evidence/"] });
    await client.invalidateQueries({ queryKey: ["period", period] });
  };
  return (
    <div className="stack tight">
      <Field label={t("period.evidenceKind")}>{(ids) => <select {...ids} className="input" value={kind} onChange={(event) => setKind(event.target.value)}>{idsOf("EvidenceKind").map((id) => <option key={id} value={id}>{term("EvidenceKind", id)}</option>)}</select>}</Field>
      <Field label={t("period.chooseStream")}>{(ids) => <select {...ids} className="input" value={about || stream} onChange={(event) => setAbout(event.target.value)}><option value="">{t("period.allStreams")}</option>{streams.map((each) => <option key={each.slug} value={each.slug}>{name(each)}</option>)}</select>}</Field>
      <Suspense fallback={<SkeletonRows rows={2} />}>
        <Drop accept=".pdf,.png,.jpg,.jpeg,.csv,.xlsx,.txt" label={t("period.upload")} hint={t("period.uploadHint")} disabled={busy} onFile={(file) => void send(file)} />
      </Suspense>
      {problem ? <ErrorCard problem={problem} /> : null}
    </div>
  );
}
