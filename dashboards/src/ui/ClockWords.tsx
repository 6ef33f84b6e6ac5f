import { useTranslation } from "react-i18next";
import type { Clocks } from "@/api/accounting";
import { StatusPill } from "./StatusPill";
import { dayOf } from "./time";

/** Whether a day in Shanghai is past. */
export const isPast = (day: string): boolean => day < dayOf(Date.now());

/** Open findings of a period in a list: how many, and by when each side has to say something. */
export function ClockWords({ row }: { row: Clocks }) {
  const { t } = useTranslation();
  if (row.findings_open === 0) return <span className="muted">—</span>;
  return (
    <span className="stack tight">
      <span>{t("findings.open", { n: row.findings_open })}</span>
      {row.answer_due_on ? <StatusPill tone={isPast(row.answer_due_on) ? "danger" : "neutral"}>{t("findings.answerBy", { day: row.answer_due_on })}{isPast(row.answer_due_on) ? ` · ${t("findings.atLate")}` : ""}</StatusPill> : null}
      {row.review_due_on ? <StatusPill tone={isPast(row.review_due_on) ? "danger" : "neutral"}>{t("findings.reviewBy", { day: row.review_due_on })}{isPast(row.review_due_on) ? ` · ${t("findings.atLate")}` : ""}</StatusPill> : null}
    </span>
  );
}
