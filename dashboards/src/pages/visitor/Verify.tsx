/** Compares a report with the ledger: the digest is computed here, so a changed file cannot pass. */
import { useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { verifyDigest, type VerifiedReport } from "@/api/public";
import { reportBytes } from "@/lib/attachment";
import { sha256Hex } from "@/lib/canonical";
import type { Problem } from "@/lib/problem";
import { Card, PageHead } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { ErrorCard, Notice, SkeletonRows } from "@/ui/states";
import { Verdict } from "./Verdict";

const Drop = lazy(() => import("@/ui/antd/Drop").then((module) => ({ default: module.Drop })));
const LIMIT = 20 * 1024 * 1024;

type Outcome =
  | { kind: "nothing" }
  | { kind: "computing" }
  | { kind: "no_data" }
  | { kind: "too_big" }
  | { kind: "failed"; problem: Problem }
  | { kind: "answer"; digest: string; report: VerifiedReport; content: string | null };

export function Page() {
  const { t } = useTranslation();
  const { digest } = useSearch({ strict: false });
  const [outcome, setOutcome] = useState<Outcome>({ kind: "nothing" });
  const compare = async (asked: string, content: string | null, file?: string) => {
    const answer = await verifyDigest(asked, file);
    if (answer.ok) setOutcome({ kind: "answer", digest: asked, report: answer.value, content });
    else if (answer.error.status === 404) setOutcome({ kind: "answer", digest: asked, report: missing(asked), content });
    else setOutcome({ kind: "failed", problem: answer.error });
  };
  const take = async (file: File) => {
    if (file.size > LIMIT) return setOutcome({ kind: "too_big" });
    setOutcome({ kind: "computing" });
    const whole = new Uint8Array(await file.arrayBuffer());
    const found = await reportBytes(whole);
    if (!found.ok) return setOutcome({ kind: "no_data" });
    const around = found.value.length === whole.length ? undefined : await sha256Hex(whole);
    return compare(await sha256Hex(found.value), new TextDecoder().decode(found.value), around);
  };
  useEffect(() => {
    if (digest && /^[0-9a-f]{64}$/.test(digest)) void compare(digest, null);
  }, [digest]);
  return (
    <main className="visitor-main medium" id="content">
      <PageHead title={t("verify.title")} sub={t("verify.intro")} />
      <div className="stack">
        <Suspense fallback={<Card><SkeletonRows rows={2} /></Card>}>
          <Drop accept=".pdf,.xlsx,.json" label={t("verify.drop")} hint={t("verify.dropHint")} onFile={(file) => void take(file)} />
        </Suspense>
        <DigestForm start={digest ?? ""} onAsk={(asked) => { setOutcome({ kind: "computing" }); void compare(asked, null); }} />
        <div aria-live="polite" className="stack"><Shown outcome={outcome} /></div>
      </div>
    </main>
  );
}

function missing(digest: string): VerifiedReport {
  return {
    kind: "report", found: false, digest, state: null, enterprise: null, plant: null, period: null, version: null, guideline: null, total_tco2: null,
    block_number: null, tx_id: null, minted_at: null, endorsers: [], signers: [], checks: [],
  };
}

function Shown({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation();
  if (outcome.kind === "computing") return <Card><SkeletonRows rows={3} /></Card>;
  if (outcome.kind === "too_big") return <Notice tone="danger" icon="alert">{t("verify.tooBig")}</Notice>;
  if (outcome.kind === "failed") return <ErrorCard problem={outcome.problem} />;
  if (outcome.kind === "no_data")
    return <Notice tone="warn" icon="alert"><strong>{t("verify.noAttachment")}</strong><p>{t("verify.noAttachmentText")}</p></Notice>;
  if (outcome.kind === "answer") return <Verdict digest={outcome.digest} report={outcome.report} content={outcome.content} />;
  return null;
}

function DigestForm({ start, onAsk }: { start: string; onAsk: (digest: string) => void }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState(false);
  const submit = (form: FormData) => {
    const asked = String(form.get("digest")).trim().toLowerCase();
    const good = /^[0-9a-f]{64}$/.test(asked);
    setFault(!good);
    if (good) onAsk(asked);
  };
  return (
    <Card>
      <form onSubmit={(event) => { event.preventDefault(); submit(new FormData(event.currentTarget)); }} className="stack tight">
        <Field label={t("verify.digest")} fault={fault ? t("verify.badDigest") : null}>
          {(ids) => <input {...ids} className="input mono" name="digest" defaultValue={start} autoComplete="off" spellCheck={false} />}
        </Field>
        <div><button type="submit" className="button">{t("verify.ask")}</button></div>
      </form>
    </Card>
  );
}
