/** A period that was taken to a newly published factor set: which factors changed, and what that did to its draft. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Entry, Period } from "@/api/accounting";
import { factorSets, namesOf, type FactorChange } from "@/api/factorSets";
import { FactorFigure, useFactorName } from "@/ui/FactorChanges";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { Instant } from "@/ui/time";

type Told = FactorChange & { effect_g: string | null };
interface Facts { sets: { before: string; after: string; since: string }[]; changes: Told[]; effect_g: string | null }

export function FactorNotice({ period }: { period: Period }) {
  const taken = period.history.filter((entry) => entry.act === "factors");
  return <>{taken.map((entry) => <OneNotice key={entry.at} entry={entry} />)}</>;
}

function OneNotice({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const name = useFactorName();
  const sets = useQuery({ queryKey: ["factor-sets"], queryFn: factorSets });
  const facts = entry.facts as unknown as Facts;
  const shown = facts.changes.filter((change) => change.effect_g !== "0");
  const names = Object.assign({}, ...(sets.data?.results ?? []).filter((row) => facts.sets.some((set) => set.after === row.id)).map(namesOf)) as ReturnType<typeof namesOf>;
  return (
    <section className="notice chain" aria-label={t("factorNotice.title")}>
      <Icon name="info" />
      <div className="stack tight grow">
        <div className="row apart"><strong>{t("factorNotice.title")}</strong><span className="small muted"><Instant at={entry.at} /></span></div>
        <span>{t("factorNotice.text", { since: facts.sets.map((set) => set.since).join("、") })} <span className="mono small">{facts.sets.map((set) => set.after).join(" · ")}</span></span>
        <span>{t("factorNotice.effect")} <strong>{facts.effect_g === null ? t("factorNotice.noTotal") : <Num value={gramsAsTonnes(facts.effect_g)} places={3} unit={t("unit.tco2")} sign />}</strong></span>
        {shown.length === 0 ? <span className="small muted">{t("factorNotice.none")}</span> : (
          <Rows rows={shown} rowKey={(row) => `${row.item}~${row.parameter}~${row.variant}~${row.valid_from}`} label={t("factorNotice.factor")}
            columns={[
              { key: "factor", title: t("factorNotice.factor"), render: (row) => name(row, names) },
              { key: "before", title: t("factorNotice.before"), right: true, render: (row) => <FactorFigure value={row.before} /> },
              { key: "after", title: t("factorNotice.after"), right: true, render: (row) => <FactorFigure value={row.after} /> },
              { key: "effect", title: t("factorNotice.effect"), right: true, render: (row) => (row.effect_g === null ? "—" : <Num value={gramsAsTonnes(row.effect_g)} places={3} unit={t("unit.tco2")} sign />) },
            ]} />
        )}
      </div>
    </section>
  );
}
