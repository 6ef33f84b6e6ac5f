/** New parameters beside those in force, with what each change does: for who proposes and for who confirms. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { proposal, proposals } from "@/api/factorSets";
import { parametersNow, type Standing } from "@/api/keeping";
import { useWords } from "@/labels";
import { formatted, MISSING } from "@/lib/decimal";
import { Fact, Facts } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Rows } from "@/ui/List";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { carryLimit, changesOf, rangeOf, type Change } from "./parameterFields";

type Values = Record<string, unknown>;

/** The values in force that a proposal would replace. */
export function beforeOf(standing: Standing | undefined, group: string, values: Values): Values {
  if (!standing) return {};
  if (group === "supply") {
    const token = values["unit"] ? `${String(values["unit"])}-${String(values["vintage"])}` : "coin";
    const found = standing.supplies.find((row) => row.token === token);
    return { unit: values["unit"], vintage: values["vintage"], cap: found?.cap };
  }
  if (group === "carry_over") {
    const found = standing.carry_over.find((row) => row.account === values["account"] && row.to_vintage === values["to_vintage"]);
    return { account: values["account"], to_vintage: values["to_vintage"], sold_t: found?.sold_t, bought_t: found?.bought_t };
  }
  return standing.groups.find((row) => row.group === group)?.values ?? {};
}

export function ParameterChanges({ group, values }: { group: string; values: Values }) {
  return group === "factors" ? <Factors values={values} /> : <Plain group={group} values={values} />;
}

/** A factor set that is to be published: what was simulated, and the way to read it whole. */
function Factors({ values }: { values: Values }) {
  const { t } = useTranslation();
  const words = useWords();
  const query = useQuery({ queryKey: ["factor-proposals"], queryFn: proposals });
  const found = query.data?.results.find((row) => row.digest === values["digest"]);
  const whole = useQuery({ queryKey: ["factor-proposal", found?.id], queryFn: () => proposal(found!.id), enabled: found !== undefined });
  const same = whole.data?.simulation.digest === values["simulation_digest"];
  return (
    <Facts>
      <Fact label={t("factorSets.set")}>{found ? words(found) : null} <span className="mono">{String(values["factor_set"])}</span></Fact>
      <Fact label={t("factorSets.since")}><span className="num">{String(values["since"])}</span></Fact>
      <Fact label={t("factorSets.total")}>{same ? <Num value={gramsAsTonnes(whole.data?.simulation.open_g)} places={3} unit={t("unit.tco2")} sign /> : MISSING} {found ? <Link to="/factors/$proposal" params={{ proposal: found.id }}>{t("factorSets.open")}</Link> : null}</Fact>
      <Fact label={t("factorSets.digest")}><Hash value={String(values["digest"])} /></Fact>
      <Fact label={t("factorSets.simulationDigest")}><Hash value={String(values["simulation_digest"])} /></Fact>
    </Facts>
  );
}

function Plain({ group, values }: { group: string; values: Values }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["parameters"], queryFn: parametersNow });
  const effect = useEffectWords(query.data, group, values);
  const changes = changesOf(group, beforeOf(query.data, group, values), values);
  if (!query.data) return null;
  if (changes.length === 0) return <span className="muted">{t("parameters.same")}</span>;
  return (
    <Rows rows={changes} rowKey={(change) => change.field} label={t("parameters.changes")}
      columns={[
        { key: "field", title: t("parameters.field"), render: (change) => <span className="strong">{t(`parameters.fields.${change.field as "band"}`, { defaultValue: change.field })}</span> },
        { key: "before", title: t("parameters.before"), render: (change) => <span className="mono" style={{ whiteSpace: "pre-line" }}>{change.before || MISSING}</span> },
        { key: "after", title: t("parameters.after"), render: (change) => <span className="mono strong" style={{ whiteSpace: "pre-line" }}>{change.after || MISSING}</span> },
        { key: "effect", title: t("parameters.effect"), render: (change) => <span className="small">{effect(change)}</span> },
      ]} />
  );
}

function useEffectWords(standing: Standing | undefined, group: string, values: Values): (change: Change) => string {
  const { t } = useTranslation();
  return (change) => {
    const said = t(`parameters.effects.${change.field as "lot_t"}`, { defaultValue: "" });
    if (change.field === "band" || change.field === "block_band") {
      const [first] = (values["references"] ?? []) as { instrument: string; price_cents: string }[];
      return first ? t("parameters.bandEffect", { instrument: first.instrument, ...rangeOf(first.price_cents, Number(values[change.field]), String(values["tick_cents"])) }) : said;
    }
    if (change.field === "cap") {
      const token = values["unit"] ? `${String(values["unit"])}-${String(values["vintage"])}` : "coin";
      const issued = standing?.supplies.find((row) => row.token === token)?.issued ?? "0";
      return t("parameters.capEffect", { n: formatted((BigInt(String(values["cap"])) - BigInt(issued)).toString(), 0) });
    }
    if (group === "carry_over") return t("parameters.carryEffect", { n: formatted(carryLimit(BigInt(String(values["sold_t"])), BigInt(String(values["bought_t"]))).toString(), 0) });
    return said;
  };
}
