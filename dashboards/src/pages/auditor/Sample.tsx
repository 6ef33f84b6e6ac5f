import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/accounting";
import { drawnSample } from "@/api/cases";
import { Card, Fact, Facts } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Answer, Notice } from "@/ui/states";

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
        {row.seed ? <Items id={row.id} /> : <Notice>{t("review.seedText")}</Notice>}
      </div>
    </Card>
  );
}

function Items({ id }: { id: string }) {
  const query = useQuery({ queryKey: ["sample", id], queryFn: () => drawnSample(id), staleTime: Number.POSITIVE_INFINITY });
  return <Answer query={query} rows={3}>{(data) => <ul className="sample-items">{data.items.map((item) => <li key={item} className="mono">{item}</li>)}</ul>}</Answer>;
}
