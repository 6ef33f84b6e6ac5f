import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerRemark, type Period, type RemarkRow } from "@/api/accounting";
import { can, useMyself } from "@/api/me";
import { useTerm, useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import { HelpAt } from "@/pages/shared/HelpAt";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { useStreamName } from "./streams";

const TONES = { information: "neutral", warning: "warn", blocking: "danger" } as const;

/** What the pre-check says, worst first; a warning wants a word before the month can be submitted. */
export function Remarks({ period, open }: { period: Period; open: boolean }) {
  const { t } = useTranslation();
  const order = ["blocking", "warning", "information"];
  const remarks = [...period.remarks].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  return (
    <Card title={t("period.remarks")} note={remarks.length ? String(remarks.length) : undefined}>
      {remarks.length === 0 ? <div className="row tight ok-text"><Icon name="check" />{t("period.remarksNone")}</div> : null}
      {remarks.map((remark) => <Remark key={`${remark.name}${remark.stream}${remark.words.zh}`} remark={remark} period={period} open={open} />)}
    </Card>
  );
}

function Remark({ remark, period, open }: { remark: RemarkRow; period: Period; open: boolean }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useWords();
  const streamName = useStreamName(period);
  const stream = period.streams.find((each) => each.slug === remark.stream);
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const answer = async (text: string) => {
    const said = await answerRemark(period.id, remark, text);
    setProblem(said.ok ? null : said.error);
    if (said.ok) await client.invalidateQueries({ queryKey: ["period", period.id] });
  };
  return (
    <div className="remark">
      <div className="row apart"><StatusPill tone={TONES[remark.level]}>{term("RemarkLevel", remark.level)}</StatusPill>{remark.stream ? <span className="muted small">{streamName(remark.stream)}</span> : null}</div>
      <span>{words(remark.words)} {remark.level === "information" && !remark.field ? null : <HelpAt guideline={period.guideline} stream={stream} field={remark.field} about={remark.name} />}</span>
      {remark.answer ? <span className="small ok-text">{t("period.answered")}: {remark.answer}</span> : null}
      {remark.answered_before ? <span className="small muted">{t("period.answeredBefore")}: {remark.answered_before}</span> : null}
      {open && remark.level === "warning" && !remark.answer && can(me, "keep_periods") ? (
        <form className="row tight" onSubmit={(event) => { event.preventDefault(); void answer(String(new FormData(event.currentTarget).get("text"))); }}>
          <input className="input grow" name="text" aria-label={t("period.answer")} placeholder={t("period.answer")} maxLength={500} required />
          <button type="submit" className="button small">{t("period.save")}</button>
        </form>
      ) : null}
      {problem ? <ErrorCard problem={problem} /> : null}
    </div>
  );
}
