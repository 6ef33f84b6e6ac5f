/** One application: what was typed, the documents, the decision, and the steps to a working account. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { documentUrl, registration, retrySteps, sendSignatures, turnDown, type RegistrationDetail } from "@/api/administration";
import { useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Answer, ErrorCard, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { OnboardingSteps } from "./OnboardingSteps";
import { REGISTRATION_TONES } from "./Registrations";

export function Page() {
  const { registration: id } = useParams({ strict: false }) as { registration: string };
  const query = useQuery({
    queryKey: ["registration", id],
    queryFn: () => registration(id),
    refetchInterval: ({ state }) => (state.data?.state === "approved" ? 1500 : false),
  });
  return <Answer query={query}>{(row) => <Detail row={row} />}</Answer>;
}

function Detail({ row }: { row: RegistrationDetail }) {
  const { t } = useTranslation();
  const term = useTerm();
  // The dialog outlives the decision's buttons: the administrator sees her block.
  const [signing, setSigning] = useState<Signing | null>(null);
  return (
    <>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
      <PageHead title={row.organisation} sub={<>{term("AccountKind", row.kind)} · <Instant at={row.created_at} /></>}>
        <StatusPill tone={REGISTRATION_TONES[row.state] ?? "neutral"}>{term("RegistrationState", row.state)}</StatusPill>
      </PageHead>
      <div className="columns two-one">
        <div className="stack">
          <Card title={t("registrations.typed")}>
            <Facts>
              <Fact label={t("register.uscc")}><span className="mono">{row.usci || "—"}</span></Fact>
              {row.sector ? <Fact label={t("register.sector")}>{term("Sector", row.sector)}</Fact> : null}
              <Fact label={t("registrations.contact")}>{row.contact} · {term("Role", row.role)}</Fact>
              <Fact label={t("register.email")}>{row.email}</Fact>
              <Fact label={t("register.phone")}>{row.phone || "—"}</Fact>
              <Fact label={t("keys.account")}><Hash value={row.account}>{row.account}</Hash></Fact>
              <Fact label={t("keys.person")}><Hash value={row.person}>{row.person}</Hash></Fact>
            </Facts>
            {row.same_name > 0 ? <Notice tone="warn" icon="alert">{t("registrations.sameName", { n: row.same_name })}</Notice> : null}
          </Card>
          <Card title={t("registrations.documents")}>
            <ul className="stack tight">
              {row.documents.map((document) => (
                <li key={document.id} className="row apart">
                  <a href={documentUrl(row.id, document.id)} className="row tight"><Icon name="file" />{document.title}</a>
                  <span className="row small muted"><span className="num">{Math.ceil(document.size_bytes / 1024)} kB</span><Hash value={document.sha256} /></span>
                </li>
              ))}
            </ul>
          </Card>
        </div>
        <div className="stack">
          {row.state === "submitted" ? <Decide row={row} onSign={setSigning} /> : null}
          {row.remark ? <Card title={t("status.remark")}><p>{row.remark}</p></Card> : null}
          {row.steps.length > 0 ? <Onboarding row={row} /> : null}
        </div>
      </div>
    </>
  );
}

function signingOf(row: RegistrationDetail, words: { title: string; statement: string; facts: Signing["facts"] }, again: boolean): Signing {
  const names = (["register", "propose"] as const).filter((name) => row.signing[name]);
  return {
    ...words,
    intents: async () => names.map((name) => row.signing[name]!),
    send: (signed) => sendSignatures(row.id, names, signed, again),
  };
}

function useWords(row: RegistrationDetail) {
  const { t } = useTranslation();
  const term = useTerm();
  return {
    title: t("registrations.approveTitle", { name: row.organisation }),
    statement: t("registrations.approveStatement"),
    facts: [
      { label: t("registrations.organisation"), value: row.organisation },
      { label: t("registrations.kind"), value: term("AccountKind", row.kind) },
      { label: t("registrations.contact"), value: `${row.contact} · ${term("Role", row.role)}` },
      { label: t("keys.account"), value: <span className="mono">{row.account}</span> },
    ],
  };
}

function Decide({ row, onSign }: { row: RegistrationDetail; onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useWords(row);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const settle = (answer: Result<unknown, Problem>) => {
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) void client.invalidateQueries({ queryKey: ["registration", row.id] });
  };
  return (
    <Card title={t("registrations.decision")}>
      <div className="stack">
        <button type="button" className="button primary wide" onClick={() => onSign(signingOf(row, words, false))}>
          <Icon name="pen" size={16} />{t("registrations.approve")}
        </button>
        <p className="small muted">{t("registrations.approveNote")}</p>
        <hr className="line" />
        <Field label={t("registrations.reason")} hint={t("registrations.reasonHint")}>
          {(ids) => <textarea {...ids} className="input" value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        {problem ? <ErrorCard problem={problem} /> : null}
        <div className="row">
          <button type="button" className="button" disabled={!reason.trim()} onClick={() => void turnDown(row.id, "supplement", reason).then(settle)}>{t("registrations.supplement")}</button>
          <button type="button" className="button danger" disabled={!reason.trim()} onClick={() => void turnDown(row.id, "reject", reason).then(settle)}>{t("registrations.reject")}</button>
        </div>
      </div>
    </Card>
  );
}

function Onboarding({ row }: { row: RegistrationDetail }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useWords(row);
  const [signing, setSigning] = useState<Signing | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const refused = row.steps.some((step) => step.intent_state === "refused" || step.intent_state === "expired");
  const failed = row.steps.some((step) => step.state === "failed");
  const retry = () => void retrySteps(row.id).then((answer) => {
    setProblem(answer.ok ? null : answer.error);
    void client.invalidateQueries({ queryKey: ["registration", row.id] });
  });
  return (
    <Card title={t("status.stepsTitle")}>
      <div className="stack">
        <OnboardingSteps steps={row.steps} />
        {problem ? <ErrorCard problem={problem} /> : null}
        {row.state === "approved" && refused ? <button type="button" className="button" onClick={() => setSigning(signingOf(row, words, true))}>{t("registrations.signAgain")}</button> : null}
        {row.state === "approved" && failed ? <button type="button" className="button" onClick={retry}>{t("registrations.retry")}</button> : null}
      </div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
