import { useTranslation } from "react-i18next";
import type { Case } from "@/api/accounting";
import { Card, Fact, Facts } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Notice } from "@/ui/states";
import { Instant } from "@/ui/time";
import "@/ui/calc.css";
import type { Place } from "./CaseFindings";
import { Items } from "./Verdicts";

/** The committed plan and, once both sides opened their nonces, what the seed drew, with a verdict on each. */
export function Sample({ row, onFinding }: { row: Case; onFinding: (place: Place) => void }) {
  const { t } = useTranslation();
  const plan = row.plan ?? {};
  return (
    <Card title={t("review.sampling")}>
      <div className="stack">
        <Facts>
          <Fact label={t("review.materiality")}><span className="num">{String(plan["materiality_percent"] ?? "—")}%</span></Fact>
          <Fact label={t("review.population")}><span className="num">{String(plan["population"] ?? "—")}</span></Fact>
          <Fact label={t("review.size")}><span className="num">{String(plan["sample_size"] ?? "—")}</span></Fact>
          <Fact label={t("review.seed")}>{row.seed ? <Hash value={row.seed} /> : t("review.seedWaiting")}</Fact>
        </Facts>
        <PlanVersions record={row.record} />
        {!row.statement ? null : row.seed ? <Items row={row} onFinding={onFinding} /> : <Notice>{t("review.seedText")}</Notice>}
      </div>
    </Card>
  );
}

/** Each plan that was committed, with why it took the place of the one before. */
export function PlanVersions({ record }: { record: Record<string, unknown> }) {
  const { t } = useTranslation();
  const plans = (record["plans"] ?? []) as { plan_digest: string; at: string; reason: string | null }[];
  if (plans.length < 2) return null;
  return (
    <ol className="stack tight small">
      {plans.map((plan, n) => <li key={plan.plan_digest} className="row"><strong>{t("findings.planVersion", { n: n + 1 })}</strong><Instant at={plan.at} /><span className="wrap-anywhere">{plan.reason ?? t("findings.planFirst")}</span></li>)}
    </ol>
  );
}
