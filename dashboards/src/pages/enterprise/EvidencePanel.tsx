import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { evidenceUrl, uploadEvidence, type StreamRow } from "@/api/accounting";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import type { ScannedRow } from "@/api/radar";
import { idsOf, useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { EvidenceList } from "@/ui/Evidence";
import { Field } from "@/ui/Field";
import { ErrorCard, Failed, SkeletonRows } from "@/ui/states";

const Drop = lazy(() => import("@/ui/antd/Drop").then((module) => ({ default: module.Drop })));

/** Files that support the month's figures, each with its digest; uploading while the month is open. */
export function EvidencePanel({ period, guideline, streams, stream, open }: { period: string; guideline: string; streams: readonly StreamRow[]; stream: string; open: boolean }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useList<ScannedRow>("evidence/", { period }, { refetchInterval: 15_000 });
  const rows = (query.data?.pages ?? []).flatMap((page) => page.results).filter((row) => !stream || row.stream === stream || !row.stream);
  return (
    <Card title={t("period.evidence")} note={rows.length ? String(rows.length) : undefined}>
      <div className="stack">
        {query.isPending ? <SkeletonRows rows={2} /> : query.error ? <Failed error={query.error} /> : null}
        {query.data && rows.length === 0 ? <span className="muted">{t("period.evidenceNone")}</span> : null}
        <EvidenceList rows={rows} url={evidenceUrl} />
        {rows.length > 0 ? <p className="small muted">{t("scans.text")}</p> : null}
        {open && can(me, "keep_periods") ? <Upload period={period} guideline={guideline} streams={streams} stream={stream} /> : null}
      </div>
    </Card>
  );
}

function Upload({ period, guideline, streams, stream }: { period: string; guideline: string; streams: readonly StreamRow[]; stream: string }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const client = useQueryClient();
  const [kind, setKind] = useState("invoice");
  const [about, setAbout] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [lab, setLab] = useState<Lab>({});
  const send = async (file: File) => {
    setBusy(true);
    const title = file.name.replace(/\.[^.]+$/, "").slice(0, 120);
    const answer = await uploadEvidence({ period, stream: about || stream, kind, title, ...(kind === "lab_report" ? filled(lab) : {}) }, file);
    setProblem(answer.ok ? null : answer.error);
    setBusy(false);
    await client.invalidateQueries({ queryKey: ["evidence/"] });
    await client.invalidateQueries({ queryKey: ["period", period] });
  };
  return (
    <div className="stack tight">
      <Field label={t("period.evidenceKind")}>{(ids) => <select {...ids} className="input" value={kind} onChange={(event) => setKind(event.target.value)}>{idsOf("EvidenceKind").map((id) => <option key={id} value={id}>{term("EvidenceKind", id)}</option>)}</select>}</Field>
      <Field label={t("period.chooseStream")}>{(ids) => <select {...ids} className="input" value={about || stream} onChange={(event) => setAbout(event.target.value)}><option value="">{t("period.allStreams")}</option>{streams.map((each) => <option key={each.slug} value={each.slug}>{name(each)}</option>)}</select>}</Field>
      {kind === "lab_report" ? <LabFields lab={lab} onChange={setLab} /> : null}
      <Suspense fallback={<SkeletonRows rows={2} />}>
        <Drop accept=".pdf,.png,.jpg,.jpeg,.csv,.xlsx,.txt" label={t("period.upload")} hint={t("period.uploadHint")} disabled={busy} onFile={(file) => void send(file)} />
      </Suspense>
      {problem ? <><ErrorCard problem={problem} /><HelpAt guideline={guideline} about={problem.refusal} /></> : null}
    </div>
  );
}

type Lab = Record<string, string>;
const LAB_DATES = [["sampled_on", "radar.sampled"], ["received_on", "radar.received"], ["tested_on", "radar.tested"], ["reported_on", "radar.reported"]] as const;
const LAB_TEXTS = [["laboratory", "radar.laboratory"], ["accreditation", "radar.accreditation"]] as const;

const filled = (lab: Lab) => Object.fromEntries(Object.entries(lab).filter(([, text]) => text !== ""));

/** A laboratory report is taken with its dates: sampling and report at least. */
function LabFields({ lab, onChange }: { lab: Lab; onChange: (lab: Lab) => void }) {
  const { t } = useTranslation();
  const field = (name: string, type: string, ids: object) => <input {...ids} className="input" type={type} name={name} maxLength={name === "accreditation" ? 60 : 120} placeholder={name === "accreditation" ? "CNAS L1234" : undefined} value={lab[name] ?? ""} onChange={(event) => onChange({ ...lab, [name]: event.target.value })} />;
  return (
    <div style={{ display: "grid", gap: 8, gridTemplateColumns: "repeat(auto-fit,minmax(130px,1fr))" }}>
      {LAB_DATES.map(([name, label]) => <Field key={name} label={t(label)}>{(ids) => field(name, "date", ids)}</Field>)}
      {LAB_TEXTS.map(([name, label]) => <Field key={name} label={t(label)}>{(ids) => field(name, "text", ids)}</Field>)}
    </div>
  );
}
