/** Device and printed code both lost: new keys are made here, and two others are asked to bind them. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMyself, type Me } from "@/api/me";
import { askRecovery, freshKeys, recoveries, withdrawRecovery, type FreshKeys, type RecoveryRow } from "@/api/recoveries";
import { maySign, useDevice } from "@/api/signing";
import { problemFrom, type Problem } from "@/lib/problem";
import { Card, Fact, Facts } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

const RecoverySheet = lazy(() => import("@/pages/visitor/RecoverySheet").then((module) => ({ default: module.RecoverySheet })));

/** Shown where this device cannot sign; a request that stands is shown until it is done. */
export function AskRecovery() {
  const { t } = useTranslation();
  const me = useMyself();
  const device = useDevice();
  const query = useQuery({ queryKey: ["recoveries"], queryFn: recoveries, refetchInterval: 15_000 });
  const own = query.data?.results.find((row) => row.own && row.action_state !== "executed");
  if (!query.data || !device.data || (maySign(device.data) && !own)) return null;
  return (
    <Card title={t("recovery.title")} note={t("recovery.note")}>
      {own ? <Standing row={own} /> : <Ask me={me} />}
    </Card>
  );
}

function Standing({ row }: { row: RecoveryRow }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const state = row.action_state || "asked";
  const take = async () => {
    const answer = await withdrawRecovery(row.id);
    setProblem(answer.ok ? null : answer.error);
    await client.invalidateQueries({ queryKey: ["recoveries"] });
  };
  return (
    <div className="stack">
      <Facts>
        <Fact label={t("recovery.asked")}><Instant at={row.created_at} /></Fact>
        <Fact label={t("recovery.reason")}>{row.reason}</Fact>
        <Fact label={t("assets.state")}><StatusPill tone="warn">{t(`recovery.states.${state}`)}</StatusPill></Fact>
        {row.not_before ? <Fact label={t("acts.notBefore")}><Instant at={row.not_before} /></Fact> : null}
      </Facts>
      <p className="small muted">{t("recovery.waits")}</p>
      {problem ? <ErrorCard problem={problem} /> : null}
      {row.action_state === "" ? <div><button type="button" className="button small" onClick={() => void take()}>{t("recovery.take")}</button></div> : null}
    </div>
  );
}

function Ask({ me }: { me: Me }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [made, setMade] = useState<FreshKeys | null>(null);
  const [kept, setKept] = useState(false);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const make = async () => {
    try {
      const answer = await freshKeys(me);
      if (answer.ok) setMade(answer.value);
      setProblem(answer.ok ? null : answer.error);
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  const send = async () => {
    if (!made || !reason.trim()) return;
    const answer = await askRecovery(made, reason.trim());
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) await client.invalidateQueries();
  };
  return (
    <div className="stack">
      <p className="small">{t("recovery.text")}</p>
      {made ? (
        <Suspense fallback={null}>
          <RecoverySheet lines={made.recoveryLines} fingerprint={made.recoveryFingerprint} person={me.person.id} network={me.network} kept={kept} onKept={() => setKept(true)} />
        </Suspense>
      ) : null}
      {problem ? <ErrorCard problem={problem} /> : null}
      {made ? (
        <form className="stack" aria-label={t("recovery.title")} onSubmit={(event) => { event.preventDefault(); void send(); }}>
          <Field label={t("recovery.reason")} hint={t("recovery.reasonHint")}>
            {(ids) => <input {...ids} className="input" maxLength={300} required value={reason} onChange={(event) => setReason(event.target.value)} />}
          </Field>
          <div><button type="submit" className="button primary" disabled={!kept || !reason.trim()}>{t("recovery.send")}</button></div>
        </form>
      ) : <div><button type="button" className="button" onClick={() => void make()}><Icon name="key" size={16} />{t("recovery.make")}</button></div>}
    </div>
  );
}
