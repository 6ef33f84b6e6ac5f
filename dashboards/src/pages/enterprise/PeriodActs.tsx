/** What can be done with a period now: pre-check, sign and submit, withdraw, open the nonce. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { makeReady, nonceToSign, startCorrection, sendForPeriod, submissionToSign, withdrawalToSign, type Period, type ToSign } from "@/api/accounting";
import { can, useMyself } from "@/api/me";
import type { Problem } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { ErrorCard } from "@/ui/states";

const Dialog = lazy(() => import("@/ui/antd/Dialog").then((module) => ({ default: module.Dialog })));

/** A minted month opened for a superseding version; the minted report counts until the new one is minted. */
function Correction({ period, onClose }: { period: Period; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    const answer = await startCorrection(period.id, reason.trim());
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    await client.invalidateQueries({ queryKey: ["period", period.id] });
    onClose();
  };
  return (
    <Dialog open title={t("period.correct")} onClose={onClose}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <p>{t("period.correctText")}</p>
        <Field label={t("period.correctReason")}>{(ids) => <textarea {...ids} className="input" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}</Field>
        {problem ? <ErrorCard problem={problem} /> : null}
        <div className="row"><button type="submit" className="button primary" disabled={!reason.trim()}>{t("period.correctStart")}</button><button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button></div>
      </form>
    </Dialog>
  );
}

export function PeriodActs({ period }: { period: Period }) {
  const { t } = useTranslation();
  const me = useMyself();
  const client = useQueryClient();
  const [signing, setSigning] = useState<Signing | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [correcting, setCorrecting] = useState(false);
  const signings = useSignings(period);
  const check = async () => {
    const answer = await makeReady(period.id);
    setProblem(answer.ok ? null : answer.error);
    await client.invalidateQueries({ queryKey: ["period", period.id] });
  };
  const head = can(me, "submit_statement");
  return (
    <>
      {(period.state === "collecting" || period.state === "returned") && can(me, "keep_periods") ? <button type="button" className="button" onClick={() => void check()}><Icon name="check" size={16} />{t("period.precheck")}</button> : null}
      {period.state === "ready" && head ? <button type="button" className="button primary" onClick={() => setSigning(signings.submit)}><Icon name="pen" size={16} />{t("period.submit")}</button> : null}
      {period.state === "submitted" && head ? <button type="button" className="button" onClick={() => setSigning(signings.withdraw)}>{t("period.withdraw")}</button> : null}
      {period.state === "in_verification" && head ? <button type="button" className="button" onClick={() => setSigning(signings.nonce)}><Icon name="key" size={16} />{t("period.sampleNonce")}</button> : null}
      {period.state === "minted" && head ? <button type="button" className="button" onClick={() => setCorrecting(true)}>{t("period.correct")}</button> : null}
      {correcting ? <Suspense fallback={null}><Correction period={period} onClose={() => setCorrecting(false)} /></Suspense> : null}
      {problem ? <div style={{ flexBasis: "100%" }}><ErrorCard problem={problem} /><HelpAt guideline={period.guideline} about={problem.refusal} /></div> : null}
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

function useSignings(period: Period): Record<"submit" | "withdraw" | "nonce", Signing> {
  const { t } = useTranslation();
  const facts = [{ label: t("periods.period"), value: period.period }, { label: t("period.factVersion"), value: period.version }];
  const words = { period: period.period };
  return {
    submit: {
      title: t("period.confirmTitle", words),
      statement: t("period.confirmStatement"),
      facts: [...facts, { label: t("period.factLines"), value: period.lines.length }],
      intents: async () => [await submissionToSign(period.id)],
      learn: ([intent]) => {
        const shows = (intent as ToSign).shows;
        return shows ? [
          { label: t("periods.total"), value: <strong><Num value={gramsAsTonnes(shows.total_g)} places={3} unit={t("unit.tco2")} /></strong> },
          { label: t("period.factDigest"), value: <span className="mono wrap-anywhere">{shows.digest}</span> },
        ] : [];
      },
      send: ([signed]) => sendForPeriod(period.id, "submission", signed!),
    },
    withdraw: {
      title: t("period.withdrawTitle", words), statement: t("period.withdrawStatement"), facts,
      intents: async () => [await withdrawalToSign(period.id)], send: ([signed]) => sendForPeriod(period.id, "withdrawal", signed!),
    },
    nonce: {
      title: t("period.sampleTitle", words), statement: t("period.sampleStatement"), facts,
      intents: async () => [await nonceToSign(period.id)], send: ([signed]) => sendForPeriod(period.id, "sample-nonce", signed!),
    },
  };
}
