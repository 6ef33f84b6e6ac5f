import { useTranslation } from "react-i18next";
import type { Entry } from "@/api/accounting";
import { Card } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Instant } from "@/ui/time";

/** Who did what to the month, newest first; what is on the ledger carries its transaction. */
export function History({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation();
  return (
    <Card title={t("period.history")}>
      {entries.length === 0 ? <span className="muted">{t("period.historyNone")}</span> : null}
      <ol className="timeline">
        {[...entries].reverse().map((entry, i) => (
          <li key={`${entry.at}${i}`} data-chain={entry.tx_id !== ""}>
            <div className="row apart"><span className="strong">{t(`periodActs.${entry.act as "opened"}`, { defaultValue: entry.act })}</span><span className="small muted"><Instant at={entry.at} /></span></div>
            <div className="row small muted">{entry.person ? <span>{entry.person_name || <span className="mono">{entry.person}</span>}</span> : null}{entry.tx_id ? <Hash value={entry.tx_id} /> : null}</div>
            {typeof entry.facts["reason"] === "string" && entry.facts["reason"] ? <div className="small wrap-anywhere">{entry.facts["reason"]}</div> : null}
          </li>
        ))}
      </ol>
    </Card>
  );
}
