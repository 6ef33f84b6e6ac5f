/** Where a signed act stands: signed, ordered, on the ledger - with block and seconds, or the reason why not. */
import { useTranslation } from "react-i18next";
import { useIntent, type IntentState } from "@/api/intents";
import { useWords } from "@/labels";
import { Hash } from "./Hash";
import { Icon } from "./Icon";
import { ErrorCard } from "./states";
import { StatusPill } from "./StatusPill";
import { useNow } from "./time";
import "./chain.css";

const ORDER = ["waiting", "sent", "committed"] as const;

function secondsOf(intent: IntentState, now: number): string {
  if (!intent.created_at) return "";
  const end = intent.committed_at ? Date.parse(intent.committed_at) : now;
  return Math.max(0, (end - Date.parse(intent.created_at)) / 1000).toFixed(1);
}

export function ChainProgress({ intentId, onFinal }: { intentId: string; onFinal?: (state: IntentState) => void }) {
  const { t } = useTranslation();
  const query = useIntent(intentId, onFinal);
  const now = useNow(300);
  const intent = query.data;
  if (!intent) return query.error ? <ErrorCard problem={{ ...emptyProblem, refusal: "offline" }} /> : <StatusPill tone="chain">{t("chip.signed")}</StatusPill>;
  if (intent.state === "refused" || intent.state === "expired") return <RefusedIntent intent={intent} />;
  const at = ORDER.indexOf(intent.state);
  const words = [t("chip.signed"), t("chip.ordered"), t("chip.confirmed")];
  return (
    <div className="chain-progress" role="status" aria-label={t("chip.progress")}>
      <ol>
        {words.map((word, i) => (
          <li key={word} data-done={i < at || intent.state === "committed"} data-now={i === at}>
            <span className="bead">{i < at || intent.state === "committed" ? <Icon name="check" size={13} /> : null}</span>
            {word}
          </li>
        ))}
      </ol>
      <div className="row small muted">
        {intent.state === "committed" && intent.block_number !== null ? <StatusPill tone="chain">{t("chip.block", { n: intent.block_number })}</StatusPill> : null}
        <span className="num">{t("chip.seconds", { s: secondsOf(intent, now) })}</span>
        {intent.tx_id ? <Hash value={intent.tx_id} /> : null}
      </div>
      {intent.state === "waiting" && Number(secondsOf(intent, now)) > 5 ? <p className="small">{t("chip.queued")}</p> : null}
    </div>
  );
}

const emptyProblem = { status: 0, refusal: "", what: null, meaning: null, action: null, case: null, detail: "", fields: {}, body: null };

function RefusedIntent({ intent }: { intent: IntentState }) {
  const { t } = useTranslation();
  const words = useWords();
  const why = intent.words ? words(intent.words.what) : (intent.refusal || t("chip.expired"));
  return (
    <div className="notice danger" role="alert">
      <Icon name="alert" />
      <div className="stack tight">
        <strong>{t("chip.refusedWhy", { why })}</strong>
        {intent.words ? <span>{words(intent.words.meaning)} {words(intent.words.action)}</span> : null}
        <span className="small muted mono">{intent.id}</span>
      </div>
    </div>
  );
}
