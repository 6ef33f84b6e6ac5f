import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { replyTo, type FindingRow, type Period } from "@/api/accounting";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";

/** The auditor's findings on the month and the enterprise's replies. */
export function Findings({ period }: { period: Period }) {
  const { t } = useTranslation();
  return <Card title={t("period.findings")}>{period.findings.map((row) => <Finding key={`${row.version}.${row.number}`} row={row}><Reply period={period} row={row} /></Finding>)}</Card>;
}

export function Finding({ row, children }: { row: FindingRow; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <article className="remark">
      <div className="row apart">
        <span className="row"><span className="strong num">#{row.number}</span><StatusPill tone={row.closed ? "ok" : "warn"}>{term("FindingKind", row.kind)}{row.closed ? " ✓" : ""}</StatusPill>{row.stream ? <span className="mono muted">{row.stream}</span> : null}</span>
        <span className="small muted">{t("period.due")} <span className="num">{row.due_on}</span> · {t("period.atStake")} <Num value={gramsAsTonnes(row.at_stake_g)} places={3} unit={t("unit.tco2")} /></span>
      </div>
      <p>{row.text}</p>
      {row.reply ? <p className="small"><span className="muted">{t("period.replied")}: </span>{row.reply}</p> : null}
      {row.outcome ? <p className="small ok-text">{row.outcome}</p> : null}
      {children}
    </article>
  );
}

function Reply({ period, row }: { period: Period; row: FindingRow }) {
  const { t } = useTranslation();
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  if (row.closed || !can(me, "keep_periods") || !["in_verification", "returned"].includes(period.state)) return null;
  const send = async (text: string) => {
    const answer = await replyTo(period.id, row.number, text);
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) await client.invalidateQueries({ queryKey: ["period", period.id] });
  };
  return (
    <form className="row tight" onSubmit={(event) => { event.preventDefault(); void send(String(new FormData(event.currentTarget).get("text"))); }}>
      <input className="input grow" name="text" aria-label={t("period.reply")} placeholder={t("period.reply")} maxLength={1000} required />
      <button type="submit" className="button small">{t("ui.send")}</button>
      {problem ? <ErrorCard problem={problem} /> : null}
    </form>
  );
}
