/** An act of two persons in plain words: one sentence, and each argument as a line. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Action } from "@/api/acts";
import { useTerm } from "@/labels";
import { Hash } from "@/ui/Hash";
import { Tonnes } from "@/ui/Num";
import { Instant } from "@/ui/time";

const ParameterChanges = lazy(() => import("@/pages/administrator/ParameterChanges").then((module) => ({ default: module.ParameterChanges })));

type Args = Record<string, unknown>;
type Fact = { label: string; value: React.ReactNode };
interface LotNamed { unit: string; vintage: number; serial_from: string; quantity: string }

const WORDED = ["freeze", "unfreeze", "halt", "resume", "suspend", "suspendPerson", "reinstate", "reinstatePerson", "rebind", "void_draw", "set_own_limits", "trust_counterparty"] as const;

/** What an act is called; `act_args` as proposed. */
export function useActWords(): (action: Pick<Action, "act" | "act_args" | "organisation" | "person_name" | "counterparty_name">) => string {
  const { t } = useTranslation();
  const term = useTerm();
  return (action) => {
    const args = action.act_args;
    const facts = {
      organisation: action.organisation || String(args["account"] ?? ""),
      person: action.person_name || String(args["person"] ?? ""),
      counterparty: action.counterparty_name || String(args["counterparty"] ?? ""),
      period: String(args["period"] ?? ""),
    };
    if (action.act === "activate") return t("actions.activate", { role: term("Role", String(args["role"])), organisation: facts.organisation });
    if (action.act === "set_obligation") return t("actions.setObligation", { account: facts.organisation, year: String(args["year"]) });
    if (action.act === "set_parameters") return t("actions.setParameters", { group: t(`actions.groups.${String(args["group"]) as "market"}`) });
    const key = action.act === "rebind_colleague" ? "rebind" : args["person"] && (action.act === "suspend" || action.act === "reinstate") ? `${action.act}Person` : action.act;
    const worded = WORDED.find((each) => each === key);
    return worded ? t(`acts.words.${worded}`, facts) : t(`tx.${action.act}`, { defaultValue: action.act });
  };
}

function lotsOf(args: Args): LotNamed[] {
  return Array.isArray(args["lots"]) ? (args["lots"] as LotNamed[]) : [];
}

export function LotList({ lots }: { lots: LotNamed[] }) {
  return <ul className="plain">{lots.map((lot) => <li key={`${lot.unit}${lot.vintage}${lot.serial_from}`} className="mono">{lot.unit}-{lot.vintage} {lot.serial_from}…{(BigInt(lot.serial_from) + BigInt(lot.quantity) - 1n).toString()} · <Tonnes value={lot.quantity} /></li>)}</ul>;
}

/** The lines below the sentence: who, what, why, and until when. */
export function useActFacts(): (action: Action) => Fact[] {
  const { t } = useTranslation();
  const term = useTerm();
  return (action) => {
    const args = action.act_args;
    const lots = lotsOf(args);
    const limit = (name: string, label: string): Fact[] => (args[name] === undefined || args[name] === null ? [] : [{ label, value: <Tonnes value={String(args[name])} /> }]);
    const keys = Array.isArray(args["keys"]) ? (args["keys"] as { use: string }[]) : [];
    const ended = Array.isArray(args["ended"]) ? (args["ended"] as string[]) : [];
    return [
      { label: t("actions.proposedBy"), value: action.proposed_by_name || action.proposed_by },
      ...(action.confirmed_by ? [{ label: t("acts.confirmedBy"), value: action.confirmed_by_name || action.confirmed_by }] : []),
      ...(args["hold"] && lots.length > 0 ? [{ label: t("acts.hold"), value: term("HoldKind", String(args["hold"])) }] : []),
      ...(lots.length > 0 ? [{ label: t(action.act === "unfreeze" ? "acts.heldLots" : "acts.lots"), value: <LotList lots={lots} /> }] : []),
      ...(args["orders"] === true ? [{ label: t(action.act === "unfreeze" ? "acts.ordersBack" : "acts.orders"), value: t("ui.yes") }] : []),
      ...limit("surrender_t", t("acts.alone")),
      ...limit("cancel_t", t("acts.aloneCancel")),
      ...limit("block_t", t("acts.block")),
      ...(keys.length > 0 && action.act.startsWith("rebind") ? [{ label: t("acts.newKeys"), value: keys.map((key) => term("KeyUse", key.use)).join(" · ") }] : []),
      ...(ended.length > 0 ? [{ label: t("acts.endedKeys"), value: <>{ended.map((key) => <Hash key={key} value={key} />)}</> }] : []),
      ...(args["group"] ? [{ label: t("actions.arguments"), value: <Suspense fallback={null}><ParameterChanges group={String(args["group"])} values={args["values"] as Record<string, unknown>} /></Suspense> }] : []),
      ...(action.reason ? [{ label: t("acts.reason"), value: action.reason }] : []),
      ...(action.state === "proposed" ? [{ label: t("acts.notAfter"), value: <Instant at={action.not_after} /> }] : []),
      ...(action.not_before ? [{ label: t("acts.notBefore"), value: <Instant at={action.not_before} /> }] : []),
      ...(action.state === "confirmed" ? [{ label: t("acts.executeBefore"), value: <Instant at={action.not_after} /> }] : []),
      { label: t("actions.digest"), value: <span className="mono wrap-anywhere">{action.digest}</span> },
    ];
  };
}
