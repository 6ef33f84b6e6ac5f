/** What this person of the auditor may sign now: each of the three has her own steps. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, ToSign } from "@/api/accounting";
import { approvalToSign, planToSign, returnToSign, sendApproval, sendPlan, sendReturn, sendStep, sendVisit, stepToSign, visitToSign, type PlanDraft } from "@/api/cases";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { lazy, Suspense } from "react";

const Dialog = lazy(() => import("@/ui/antd/Dialog").then((module) => ({ default: module.Dialog })));

export function Acts({ row }: { row: Case }) {
  const me = useMyself();
  const [signing, setSigning] = useState<Signing | null>(null);
  // The act that closes the case still shows its way to the ledger: the dialog outlives the buttons.
  return (
    <>
      {row.open && me.kind === "auditor" ? <Buttons row={row} onSigning={setSigning} /> : null}
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

function Buttons({ row, onSigning }: { row: Case; onSigning: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const me = useMyself();
  const signings = useSignings(row);
  const [asking, setAsking] = useState<Asked | null>(null);
  const lead = can(me, "lead_verification");
  const step = row.next_step;
  const mine = step === "technical_review" ? can(me, "review_verification") : lead;
  const planDue = step === "plan" && !row.record["plan_digest"];
  const replannable = Boolean(row.record["plan_digest"]) && (step === "plan" || step === "sample");
  const visit = ((row.record["steps"] ?? []) as { step: string; person: string; second: string | null }[]).find((each) => each.step === "site_visit");
  const attestable = visit && !visit.second && visit.person !== me.person.id && (lead || can(me, "review_verification"));
  return (
    <>
      {lead && replannable ? <button type="button" className="button" onClick={() => setAsking("replan")}>{t("findings.plan")}</button> : null}
      {lead ? <button type="button" className="button danger" onClick={() => setAsking("return")}>{t("review.return")}</button> : null}
      {step && mine && planDue ? <button type="button" className="button primary" onClick={() => setAsking("plan")}><Icon name="pen" size={16} />{t("review.commitPlan")}</button> : null}
      {step && mine && !planDue ? <button type="button" className="button primary" disabled={step === "sample" && !row.seed} onClick={() => (step === "site_visit" ? setAsking("visit") : onSigning(signings.step(step, "")))}><Icon name="pen" size={16} />{t("review.record", { step: signings.word(step) })}</button> : null}
      {step === null && can(me, "approve_report") ? <button type="button" className="button primary" onClick={() => onSigning(signings.approve())}><Icon name="pen" size={16} />{t("review.approve")}</button> : null}
      {step && !mine && !lead ? <span className="muted small">{t("review.notYours", { step: signings.word(step) })}</span> : null}
      {attestable ? <button type="button" className="button primary" onClick={() => onSigning(signings.attest())}><Icon name="pen" size={16} />{t("review.attest")}</button> : null}
      {asking ? (
        <Suspense fallback={null}>
          <Ask what={asking} onClose={() => setAsking(null)} onSigning={(next) => { setAsking(null); onSigning(next); }} signings={signings} />
        </Suspense>
      ) : null}
    </>
  );
}

type Signings = ReturnType<typeof useSignings>;

type Asked = "plan" | "replan" | "return" | "visit";

function Ask({ what, onClose, onSigning, signings }: { what: Asked; onClose: () => void; onSigning: (signing: Signing) => void; signings: Signings }) {
  const { t } = useTranslation();
  const [materiality, setMateriality] = useState("5.0");
  const [size, setSize] = useState("");
  const [reason, setReason] = useState("");
  const title = { plan: t("review.commitPlan"), replan: t("findings.plan"), return: t("review.return"), visit: t("review.visit") }[what];
  const send = () => (what === "plan" || what === "replan" ? signings.plan({ materiality, size, reason: reason.trim() }) : what === "visit" ? signings.step("site_visit", reason.trim()) : signings.back(reason.trim()));
  const planned = what === "plan" || what === "replan";
  const good = (what === "plan" || reason.trim() !== "") && (!planned || (/^\d{1,2}(\.\d)?$/.test(materiality) && /^\d*$/.test(size)));
  return (
    <Dialog open title={title} onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); onSigning(send()); }}>
        {planned ? (
          <>
            {what === "replan" ? <><p>{t("findings.planAgain")}</p><Field label={t("findings.planReason")}>{(ids) => <input {...ids} className="input" value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} />}</Field></> : null}
            <Field label={`${t("review.materiality")} (%)`}>{(ids) => <input {...ids} className="input" inputMode="decimal" value={materiality} onChange={(event) => setMateriality(event.target.value.trim())} />}</Field>
            <Field label={t("review.size")} hint={t("review.sizeHint")}>{(ids) => <input {...ids} className="input" inputMode="numeric" value={size} onChange={(event) => setSize(event.target.value.trim())} />}</Field>
          </>
        ) : (
          <Field label={what === "visit" ? t("review.visitNote") : t("period.reason")} hint={what === "visit" ? t("review.visitHint") : undefined}>{(ids) => <textarea {...ids} className="input" value={reason} maxLength={what === "visit" ? 500 : 1000} onChange={(event) => setReason(event.target.value)} />}</Field>
        )}
        <div className="row"><button type="submit" className="button primary" disabled={!good}>{t("ui.next")}</button><button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button></div>
      </form>
    </Dialog>
  );
}

function useSignings(row: Case) {
  const { t } = useTranslation();
  const term = useTerm();
  const facts = [
    { label: t("queue.enterprise"), value: row.enterprise || row.account },
    { label: t("periods.period"), value: `${row.period} · v${row.version}` },
    ...(row.statement ? [{ label: t("periods.total"), value: <strong><Num value={row.statement.total.tco2e} places={3} unit={t("unit.tco2")} /></strong> }] : []),
  ];
  const digest = ([intent]: unknown[]) => {
    const found = (intent as ToSign).digest;
    return found ? [{ label: t("review.entryDigest"), value: <span className="mono wrap-anywhere">{found}</span> }] : [];
  };
  const word = (step: string) => term("VerificationStep", step);
  return {
    word,
    plan: (plan: PlanDraft): Signing => ({
      title: t(plan.reason ? "findings.plan" : "review.commitPlan"), statement: t(plan.reason ? "findings.planAgain" : "review.planStatement"),
      facts: plan.reason ? [...facts, { label: t("findings.planReason"), value: plan.reason }] : facts, learn: digest,
      intents: async () => [await planToSign(row.id, plan)], send: ([signed]) => sendPlan(row.id, plan, signed!),
    }),
    step: (step: string, note: string): Signing => ({
      title: t("review.record", { step: word(step) }),
      statement: t(step === "independence" ? "review.independenceStatement" : "review.stepStatement", { step: word(step) }),
      facts: note ? [...facts, { label: t("review.visitNote"), value: note }] : facts, learn: digest,
      intents: async () => [await stepToSign(row.id, step, note)], send: ([signed]) => sendStep(row.id, step, note, signed!),
    }),
    attest: (): Signing => ({
      title: t("review.attest"), statement: t("review.attestStatement"), facts, learn: digest,
      intents: async () => [await visitToSign(row.id)], send: ([signed]) => sendVisit(row.id, signed!),
    }),
    back: (reason: string): Signing => ({
      title: t("review.return"), statement: t("review.returnStatement"), facts: [...facts, { label: t("period.reason"), value: reason }],
      intents: async () => [await returnToSign(row.id, reason)], send: ([signed]) => sendReturn(row.id, reason, signed!),
    }),
    approve: (): Signing => ({
      title: t("review.approve"), statement: t("review.approveStatement"), facts,
      intents: async () => [await approvalToSign(row.id)], send: ([signed]) => sendApproval(row.id, signed!),
    }),
  };
}
