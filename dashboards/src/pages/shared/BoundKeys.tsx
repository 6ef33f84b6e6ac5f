/** The account's keys of this person as the ledger has them: each can be ended, and a new recovery code made. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { newCode, sendUnbinding, unbindIntent, type NewCode } from "@/api/keys";
import { useMyself, type BoundKeyRow, type Me } from "@/api/me";
import { maySign, useDevice } from "@/api/signing";
import { useTerm } from "@/labels";
import { problemFrom, type Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

const RecoverySheet = lazy(() => import("@/pages/visitor/RecoverySheet").then((module) => ({ default: module.RecoverySheet })));

export function BoundKeys() {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const device = useDevice();
  const [signing, setSigning] = useState<Signing | null>(null);
  const here = new Set([device.data?.stored?.sign.fingerprint, device.data?.stored?.decrypt?.fingerprint]);
  const signsHere = maySign(device.data);
  const end = (key: BoundKeyRow) => setSigning({
    title: t("keys.unbindTitle"),
    statement: t(`keys.unbindStatement.${key.use as "sign"}`),
    facts: [
      { label: t("keys.use"), value: term("KeyUse", key.use) },
      { label: t("keys.fingerprint"), value: <span className="mono wrap-anywhere">{key.fingerprint}</span> },
      { label: t("keys.since"), value: <Instant at={key.valid_from ?? null} /> },
    ],
    intents: async () => [unbindIntent(me, key.fingerprint)],
    send: ([signed]) => sendUnbinding(key.fingerprint, signed!),
  });
  const doing = (key: BoundKeyRow) => {
    if (key.status !== "bound") return <StatusPill>{t("keys.ended")}</StatusPill>;
    if (here.has(key.fingerprint)) return <StatusPill tone="ok">{t("keys.thisDevice")}</StatusPill>;
    return signsHere ? <button type="button" className="button small danger" onClick={() => end(key)}>{t("keys.unbind")}</button> : null;
  };
  return (
    <Card title={t("keys.boundTitle")} note={t("keys.boundNote")} flush>
      <Rows rows={me.keys} rowKey={(key) => key.fingerprint} label={t("keys.boundTitle")}
        columns={[
          { key: "use", title: t("keys.use"), render: (key) => <span className={key.status === "bound" ? undefined : "muted"}>{term("KeyUse", key.use)}</span> },
          { key: "fingerprint", title: t("keys.fingerprint"), render: (key) => <Hash value={key.fingerprint} /> },
          { key: "since", title: t("keys.since"), render: (key) => <Instant at={key.valid_from ?? null} /> },
          { key: "here", title: "", right: true, render: doing },
        ]} />
      <div style={{ padding: "12px 18px" }}>{signsHere ? <FreshCode me={me} onSign={setSigning} /> : null}</div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}

function FreshCode({ me, onSign }: { me: Me; onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<NewCode | null>(null);
  const [kept, setKept] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const make = () => newCode(me).then((code) => { setMade(code); setKept(false); setProblem(null); }, (error: unknown) => setProblem(problemFrom(error)));
  if (!made)
    return (
      <div className="stack tight">
        {problem ? <ErrorCard problem={problem} /> : null}
        <div className="row"><button type="button" className="button small" onClick={() => void make()}><Icon name="key" size={15} />{t("keys.newCode")}</button><span className="small muted">{t("keys.newCodeNote")}</span></div>
      </div>
    );
  const open = () => onSign({
    title: t("keys.newCodeTitle"),
    statement: t("keys.newCodeStatement"),
    facts: [{ label: t("keys.fingerprint"), value: <span className="mono wrap-anywhere">{made.fingerprint}</span> }],
    intents: async () => [made.intent],
    send: ([signed]) => made.send(signed!),
    onDone: (state) => { if (state.state === "committed") setMade(null); },
  });
  return (
    <div className="stack">
      <Suspense fallback={null}>
        <RecoverySheet lines={made.lines} fingerprint={made.fingerprint} person={me.person.id} network={me.network} kept={kept} onKept={() => setKept(true)} />
      </Suspense>
      <div className="row">
        <button type="button" className="button" onClick={() => setMade(null)}>{t("ui.cancel")}</button>
        <button type="button" className="button primary" disabled={!kept} onClick={open}><Icon name="pen" size={16} />{t("keys.newCodeBind")}</button>
      </div>
    </div>
  );
}
