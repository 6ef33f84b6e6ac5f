/** How far an application has come, by the code given when it was sent. */
import { useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { addDocument, statusOf, type RegistrationStatus } from "@/api/registration";
import { useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { ErrorCard, SkeletonRows } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { DocumentField } from "./DocumentField";

const Progression = lazy(() => import("@/ui/antd/Progression").then((module) => ({ default: module.Progression })));
const TONES: Record<string, Tone> = { submitted: "primary", supplement: "warn", approved: "primary", active: "ok", rejected: "danger" };

export function Page() {
  const { t } = useTranslation();
  const { code: given } = useSearch({ strict: false });
  const [code, setCode] = useState(given ?? "");
  const [answer, setAnswer] = useState<Result<RegistrationStatus, Problem> | null>(null);
  const ask = async (asked: string) => setAnswer(await statusOf(asked));
  useEffect(() => {
    if (given) void ask(given);
  }, [given]);
  return (
    <main className="visitor-main medium" id="content">
      <PageHead title={t("status.title")} />
      <div className="stack">
        <Card>
          <form className="stack tight" onSubmit={(event) => { event.preventDefault(); void ask(code.trim()); }}>
            <Field label={t("status.code")}>{(ids) => <input {...ids} className="input mono" value={code} onChange={(event) => setCode(event.target.value)} autoComplete="off" required />}</Field>
            <div><button type="submit" className="button primary">{t("status.ask")}</button></div>
          </form>
        </Card>
        {answer ? answer.ok ? <Shown status={answer.value} code={code.trim()} onAnswer={setAnswer} /> : <ErrorCard problem={answer.error} /> : null}
      </div>
    </main>
  );
}

function Shown({ status, code, onAnswer }: { status: RegistrationStatus; code: string; onAnswer: (answer: Result<RegistrationStatus, Problem>) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <Card title={status.organisation} aside={<StatusPill tone={TONES[status.state] ?? "neutral"}>{term("RegistrationState", status.state)}</StatusPill>}>
      <div className="stack">
        <Facts>
          <Fact label={t("register.kind")}>{term("AccountKind", status.kind)}</Fact>
          <Fact label={t("status.submitted")}><Instant at={status.created_at} /></Fact>
          {status.remark ? <Fact label={t("status.remark")}>{status.remark}</Fact> : null}
        </Facts>
        {status.steps.length > 0 ? (
          <Suspense fallback={<SkeletonRows rows={2} />}>
            <Progression vertical steps={status.steps.map((step) => ({
              title: t(`status.names.${step.name as "register"}`),
              note: t(`status.step.${step.state}`),
              state: step.state === "done" ? "done" : step.state === "failed" ? "failed" : step.state === "running" ? "now" : "later",
            }))} />
          </Suspense>
        ) : null}
        {status.state === "supplement" ? <Supplement code={code} onAnswer={onAnswer} /> : null}
      </div>
    </Card>
  );
}

function Supplement({ code, onAnswer }: { code: string; onAnswer: (answer: Result<RegistrationStatus, Problem>) => void }) {
  const { t } = useTranslation();
  const [document, setDocument] = useState<File | null>(null);
  return (
    <div className="stack tight">
      <DocumentField document={document} onDocument={setDocument} missing={false} />
      <div><button type="button" className="button primary" disabled={!document} onClick={() => document && void addDocument(code, document).then(onAnswer)}>{t("ui.send")}</button></div>
    </div>
  );
}
