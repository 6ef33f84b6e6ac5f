import { useTranslation } from "react-i18next";
import type { Case } from "@/api/accounting";
import { idsOf, useTerm } from "@/labels";
import { Hash } from "@/ui/Hash";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import "@/ui/calc.css";

// A month has no site visit, a year has; the ledger's parameters say so.
const stepsOf = (period: string) => idsOf("VerificationStep").filter((step) => step !== "site_visit" || !period.includes("-"));

/** Submission, the verification's steps and the minting, each with its digest once the ledger has it. */
export function StepLine({ row }: { row: Case }) {
  const { t } = useTranslation();
  const term = useTerm();
  // A closed case keeps its work log from the auditor; which steps were done the ledger still says.
  const recorded = (row.record["steps"] ?? []) as { step: string; second?: string | null }[];
  const onLedger = new Set(recorded.map((each) => each.step));
  const visit = recorded.find((each) => each.step === "site_visit");
  const entry = (step: string) => row.log.find((each) => each.step === step);
  return (
    <ol className="timeline">
      <li data-chain="true"><span className="strong">{t("review.submitted")}</span><div className="small muted"><Instant at={row.submitted_at} /></div></li>
      <li data-chain="true"><span className="strong">{t("review.opened")}</span><div className="small muted"><Instant at={row.opened_at} /></div></li>
      {stepsOf(row.period).map((step) => {
        const found = entry(step);
        return (
          <li key={step} data-later={!found && !onLedger.has(step)} data-chain={Boolean(found?.tx_id) || onLedger.has(step)}>
            <span className={row.next_step === step ? "strong" : undefined}>{term("VerificationStep", step)}</span>
            {found ? <div className="row small muted"><Instant at={found.at} />{found.tx_id ? <Hash value={found.tx_id} /> : <span className="warn-text">{t("chip.waiting")}</span>}</div> : null}
            {step === "site_visit" && visit ? <div><StatusPill tone={visit.second ? "ok" : "warn"}>{t(visit.second ? "findings.visitBoth" : "findings.visitAlone")}</StatusPill></div> : null}
          </li>
        );
      })}
      <li data-later={row.state !== "minted"} data-chain={row.state === "minted"}><span className={row.next_step === null ? "strong" : undefined}>{t("review.minted")}</span></li>
    </ol>
  );
}
