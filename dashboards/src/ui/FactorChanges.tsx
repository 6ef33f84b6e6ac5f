/** Changed factors: each with its value before and after, its source, and what it does where that is known. */
import { useTranslation } from "react-i18next";
import type { FactorChange, FactorValue } from "@/api/factorSets";
import { useTerm } from "@/labels";
import { useClause } from "./clauses";
import { Rows } from "./List";
import { gramsAsTonnes, Num } from "./Num";
import { StatusPill } from "./StatusPill";

type Names = Record<string, { zh: string; en: string }>;

/** What a factor is called: its item, what of it, and variant or region. */
export function useFactorName(): (factor: Pick<FactorChange, "item" | "parameter" | "variant">, names?: Names) => string {
  const { i18n } = useTranslation();
  const term = useTerm();
  const language = i18n.language === "en" ? "en" : "zh";
  return ({ item, parameter, variant }, names = {}) => {
    const of = names[item]?.[language] ?? item;
    const what = term("Property", parameter);
    const where = term("Region", variant) === variant ? term("Variant", variant) : term("Region", variant);
    return variant ? `${of} · ${what} · ${where}` : `${of} · ${what}`;
  };
}

/** A value with its unit, or that there is none. */
export function FactorFigure({ value }: { value: FactorValue | null }) {
  const { t } = useTranslation();
  const term = useTerm();
  if (!value?.value) return <span className="muted">{t("factorSets.unread")}</span>;
  return <Num value={value.value} unit={value.unit === "1" ? undefined : term("Unit", value.unit)} />;
}

export function FactorChanges({ changes, names, effects }: { changes: readonly FactorChange[]; names: Names; effects?: ReadonlyMap<number, string> }) {
  const { t } = useTranslation();
  const clause = useClause();
  const name = useFactorName();
  const columns = [
    { key: "factor", title: t("factorSets.factor"), render: (row: FactorChange & { place: number }) => <><span className="strong">{name(row, names)}</span>{row.before?.value === row.after.value ? <div className="small muted">{t("factorSets.markSame")}</div> : null}</> },
    { key: "before", title: t("factorSets.before"), right: true, render: (row: FactorChange & { place: number }) => <FactorFigure value={row.before} /> },
    { key: "after", title: t("factorSets.after"), right: true, render: (row: FactorChange & { place: number }) => <strong><FactorFigure value={row.after} /></strong> },
    { key: "source", title: t("factorSets.source"), render: (row: FactorChange & { place: number }) => <span className="small wrap-anywhere">{clause(row.after.source)}, {row.after.clause}{row.after.verified ? null : <> <StatusPill tone="warn" dot={false}>{t("factorSets.notVerified")}</StatusPill></>}</span> },
    ...(effects ? [{ key: "effect", title: t("factorSets.effect"), right: true, render: (row: FactorChange & { place: number }) => <Num value={gramsAsTonnes(effects.get(row.place) ?? "0")} places={3} unit={t("unit.tco2")} sign /> }] : []),
  ];
  return <Rows rows={changes.map((row, place) => ({ ...row, place }))} rowKey={(row) => `${row.item}~${row.parameter}~${row.variant}`} label={t("factorSets.changes")} columns={columns} />;
}
