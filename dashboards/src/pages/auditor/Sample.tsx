import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/accounting";
import { drawnSample } from "@/api/cases";
import { useWords } from "@/labels";
import { Card, Fact, Facts } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Answer, Notice } from "@/ui/states";
import { Instant } from "@/ui/time";
import "@/ui/calc.css";

/** The committed plan and, once both sides opened their nonces, what the seed drew. */
export function Sample({ row }: { row: Case }) {
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
        {row.seed ? <Items id={row.id} plan={String(row.record["plan_digest"] ?? "")} /> : <Notice>{t("review.seedText")}</Notice>}
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

function Items({ id, plan }: { id: string; plan: string }) {
  const query = useQuery({ queryKey: ["sample", id, plan], queryFn: () => drawnSample(id), staleTime: Number.POSITIVE_INFINITY });
  const words = useWords();
  return <Answer query={query} rows={3}>{(data) => <ul className="sample-items">{data.named.map((each) => <li key={each.item} title={each.item}>{words(each)}</li>)}</ul>}</Answer>;
}
