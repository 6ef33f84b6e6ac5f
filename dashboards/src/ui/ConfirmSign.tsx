/** The one place where a person signs: plain facts, the very text, the key, and then the way to the ledger. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Accepted, IntentState } from "@/api/intents";
import { useMyself } from "@/api/me";
import { maySign, useDevice } from "@/api/signing";
import { intentText, signIntent, type Intent, type SignedIntent } from "@/lib/intents";
import { problemFrom, type Problem } from "@/lib/problem";
import { ChainProgress } from "./ChainProgress";
import { Icon } from "./Icon";
import { KeyLoader } from "./KeyLoader";
import { ErrorCard, Failed, SkeletonRows } from "./states";

const Dialog = lazy(() => import("./antd/Dialog").then((module) => ({ default: module.Dialog })));

export interface Signing {
  title: string;
  /** The act in a sentence of the signer. */
  statement: string;
  facts: { label: string; value: React.ReactNode }[];
  /** Reads from the server what is to be signed; mostly one intent, two where one act needs both. */
  intents: () => Promise<Intent[]>;
  /** What only the server could say of them, such as the price a take comes to. */
  learn?: (intents: Intent[]) => { label: string; value: React.ReactNode }[];
  send: (signed: SignedIntent[]) => Promise<Accepted>;
  onDone?: (state: IntentState) => void;
}

export function ConfirmSign({ signing, onClose }: { signing: Signing | null; onClose: () => void }) {
  if (!signing) return null;
  return (
    <Suspense fallback={null}>
      <Dialog open title={signing.title} onClose={onClose} width={600}>
        <Body key={signing.title} signing={signing} onClose={onClose} />
      </Dialog>
    </Suspense>
  );
}

function useTexts(signing: Signing) {
  const me = useMyself();
  const [texts, setTexts] = useState<string[] | null>(null);
  const [learnt, setLearnt] = useState<Signing["facts"]>([]);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let gone = false;
    signing.intents().then(
      (intents) => {
        const made = intents.map(({ name, args }) => intentText({ network: me.network, account: me.account, person: me.person.id }, { name, args }));
        if (gone) return;
        setLearnt(signing.learn?.(intents) ?? []);
        const failed = made.find((each) => !each.ok);
        if (failed && !failed.ok) setError(new Error(failed.error));
        else setTexts(made.flatMap((each) => (each.ok ? [each.value] : [])));
      },
      (reason: unknown) => {
        if (!gone) setError(reason);
      },
    );
    return () => {
      gone = true;
    };
    // The text is made once for this dialog: what was shown is what is signed.
  }, []);
  return { texts, learnt, error };
}

function Body({ signing, onClose }: { signing: Signing; onClose: () => void }) {
  const { t } = useTranslation();
  const { texts, learnt, error } = useTexts(signing);
  const device = useDevice();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const sign = async () => {
    const key = device.data?.stored?.sign;
    if (!key || texts === null) return;
    setBusy(true);
    setProblem(null);
    try {
      const signed = await Promise.all(texts.map((text) => signIntent(key, text)));
      setSent((await signing.send(signed)).intent_id);
    } catch (reason) {
      setProblem(problemFrom(reason));
    }
    setBusy(false);
  };
  const done = (state: IntentState) => {
    void client.invalidateQueries();
    signing.onDone?.(state);
  };
  if (error) return <Failed error={error} />;
  if (texts === null) return <SkeletonRows rows={4} />;
  return (
    <div className="stack">
      <p>{signing.statement}</p>
      <dl className="facts">
        {[...signing.facts, ...learnt].map((fact) => (
          <FactRow key={fact.label} label={fact.label}>{fact.value}</FactRow>
        ))}
      </dl>
      <details>
        <summary className="small muted">{t("sign.exactText")}</summary>
        {texts.map((text) => <pre key={text} className="signed-text" tabIndex={0}>{text}</pre>)}
      </details>
      {sent === null && !maySign(device.data) ? <KeyLoader elsewhere /> : null}
      {problem ? <ErrorCard problem={problem} /> : null}
      {sent ? <ChainProgress intentId={sent} onFinal={done} /> : null}
      <div className="row apart">
        <span className="small muted row tight"><Icon name="key" size={14} />{t("sign.keyNote", { fingerprint: device.data?.stored?.sign.fingerprint.slice(0, 8) ?? "—" })}</span>
        <span className="row">
          <button type="button" className="button" onClick={onClose}>{t(sent ? "ui.close" : "ui.cancel")}</button>
          {sent ? null : (
            <button type="button" className="button primary" disabled={busy || !maySign(device.data)} onClick={() => void sign()}>
              <Icon name="pen" size={16} />{t(busy ? "sign.signing" : "sign.sign")}
            </button>
          )}
        </span>
      </div>
    </div>
  );
}

function FactRow({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
