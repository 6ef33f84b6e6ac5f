/** One act of two persons, put together by its proposer: what she chooses is what she signs. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { lotsOfAccount, proposalOf, proposeAct, reasonDigest, type HeldLot } from "@/api/acts";
import { enterprises } from "@/api/oversight";
import { useMyself } from "@/api/me";
import { idsOf, useTerm } from "@/labels";
import type { Canonical } from "@/lib/canonical";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Tonnes } from "@/ui/Num";
import { Failed, SkeletonRows } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Segments } from "@/ui/Segments";
import { LotList, useActWords } from "../shared/actWords";

type ActName = "freeze" | "unfreeze" | "halt" | "resume" | "void_draw";
const ACTS: Record<"regulator" | "administrator", readonly ActName[]> = { regulator: ["freeze", "unfreeze", "halt", "resume"], administrator: ["void_draw"] };
const PERIOD = /^20\d\d(-(0[1-9]|1[0-2]))?$/;
const HELD = (lot: HeldLot) => lot.hold !== "" || lot.state === "province_held";
const HOLDABLE = (lot: HeldLot) => !HELD(lot) && ["free", "listed", "pending_surrender", "pending_cancellation"].includes(lot.state);

export function ProposeAct() {
  const { t } = useTranslation();
  const me = useMyself();
  const options = ACTS[me.kind === "regulator" ? "regulator" : "administrator"];
  const [act, setAct] = useState<ActName>(options[0]!);
  const [signing, setSigning] = useState<Signing | null>(null);
  return (
    <Card title={t("acts.propose")} note={t("acts.proposeNote")}>
      <div className="stack">
        {options.length > 1 ? <Segments label={t("acts.act")} value={act} onChange={setAct} options={options.map((each) => ({ value: each, label: t(`tx.${each}`) }))} /> : <strong>{t(`tx.${act}`)}</strong>}
        <Form key={act} act={act} onSign={setSigning} />
      </div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}

interface Draft {
  account: string;
  hold: string;
  orders: boolean;
  lots: readonly HeldLot[];
  period: string;
  reason: string;
}

const NOTHING: Draft = { account: "", hold: "regulator", orders: false, lots: [], period: "", reason: "" };
const onAccount = (act: ActName) => act === "freeze" || act === "unfreeze";

function faultOf(act: ActName, draft: Draft): "target" | "lots" | "lotsBack" | "period" | "reason" | null {
  if (onAccount(act) && !draft.account) return "target";
  if (onAccount(act) && !draft.orders && draft.lots.length === 0) return act === "freeze" ? "lots" : "lotsBack";
  if (act === "void_draw" && !PERIOD.test(draft.period)) return "period";
  return draft.reason.trim() ? null : "reason";
}

const named = (lots: readonly HeldLot[]) => lots.map((lot) => ({ unit: lot.unit, vintage: Number(lot.vintage), serial_from: lot.serial_from, quantity: lot.quantity }));

function argsOf(act: ActName, draft: Draft, reason_digest: string): { [key: string]: Canonical } {
  if (act === "void_draw") return { period: draft.period, reason_digest };
  if (!onAccount(act)) return { reason_digest };
  const held = { account: draft.account, lots: named(draft.lots), orders: draft.orders, reason_digest };
  return act === "freeze" ? { ...held, hold: draft.hold } : held;
}

function Form({ act, onSign }: { act: ActName; onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useActWords();
  const list = useQuery({ queryKey: ["enterprises"], queryFn: enterprises, enabled: onAccount(act) });
  const [draft, setDraft] = useState<Draft>(NOTHING);
  const [tried, setTried] = useState(false);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const fault = faultOf(act, draft);
  const told = (name: typeof fault) => (tried && fault === name && name ? t(`acts.faults.${name}`) : null);
  const organisation = list.data?.results.find((row) => row.account === draft.account)?.name ?? draft.account;
  const submit = async () => {
    setTried(true);
    if (fault) return;
    const args = argsOf(act, draft, await reasonDigest(draft.reason));
    onSign({
      title: t("acts.proposedTitle", { act: words({ act, act_args: args, organisation, person_name: "", counterparty_name: "" }) }),
      statement: t(`acts.statements.${act}`),
      facts: [
        ...(onAccount(act) ? [{ label: t("acts.target"), value: organisation }] : []),
        ...(act === "freeze" && draft.lots.length > 0 ? [{ label: t("acts.hold"), value: term("HoldKind", draft.hold) }] : []),
        ...(draft.lots.length > 0 ? [{ label: t(act === "freeze" ? "acts.lots" : "acts.heldLots"), value: <LotList lots={named(draft.lots)} /> }] : []),
        ...(draft.orders ? [{ label: t(act === "freeze" ? "acts.orders" : "acts.ordersBack"), value: t("ui.yes") }] : []),
        ...(act === "void_draw" ? [{ label: t("acts.period"), value: draft.period }] : []),
        { label: t("acts.reason"), value: draft.reason.trim() },
        { label: t("acts.second"), value: <>{t("acts.secondNote", { role: term("Role", "regulator") })} {t(act === "void_draw" ? "acts.delay" : "acts.atOnce")}</> },
      ],
      intents: async () => [proposalOf(act, args)],
      send: ([signed]) => proposeAct(signed!, draft.reason),
      onDone: (state) => {
        if (state.state === "committed") {
          setDraft(NOTHING);
          setTried(false);
        }
      },
    });
  };
  return (
    <form className="stack" aria-label={t("acts.propose")} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      {list.error ? <Failed error={list.error} retry={() => void list.refetch()} /> : null}
      {onAccount(act) ? (
        <Field label={t("acts.target")} fault={told("target")}>
          {(ids) => (
            <select {...ids} className="input" value={draft.account} onChange={(event) => set({ account: event.target.value, lots: [] })}>
              <option value="" />
              {list.data?.results.map((row) => <option key={row.account} value={row.account}>{row.name || row.account}</option>)}
            </select>
          )}
        </Field>
      ) : null}
      {onAccount(act) ? <label className="row tight"><input type="checkbox" checked={draft.orders} onChange={(event) => set({ orders: event.target.checked })} /><span>{t(act === "freeze" ? "acts.orders" : "acts.ordersBack")}{act === "freeze" ? <span className="small muted"> · {t("acts.ordersHint")}</span> : null}</span></label> : null}
      {onAccount(act) && draft.account ? <LotChoice act={act} draft={draft} fault={told("lots") ?? told("lotsBack")} onChange={(lots) => set({ lots })} /> : null}
      {act === "freeze" && draft.lots.length > 0 ? <Segments label={t("acts.hold")} value={draft.hold} onChange={(hold) => set({ hold })} options={idsOf("HoldKind").map((each) => ({ value: each, label: term("HoldKind", each) }))} /> : null}
      {act === "void_draw" ? (
        <Field label={t("acts.period")} fault={told("period")}>{(ids) => <input {...ids} className="input short" value={draft.period} onChange={(event) => set({ period: event.target.value.trim() })} />}</Field>
      ) : null}
      <Field label={t("acts.reason")} hint={t("acts.reasonHint")} fault={told("reason")}>
        {(ids) => <textarea {...ids} className="input" rows={2} maxLength={1000} value={draft.reason} onChange={(event) => set({ reason: event.target.value })} />}
      </Field>
      <div><button type="submit" className="button primary"><Icon name="pen" size={16} />{t("acts.submit")}</button></div>
    </form>
  );
}

function LotChoice({ act, draft, fault, onChange }: { act: ActName; draft: Draft; fault: string | null; onChange: (lots: readonly HeldLot[]) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useQuery({ queryKey: ["lots", draft.account], queryFn: () => lotsOfAccount(draft.account) });
  const rows = (query.data?.results ?? []).filter(act === "freeze" ? HOLDABLE : HELD);
  const keyOf = (lot: HeldLot) => `${lot.unit}${lot.vintage}${lot.serial_from}`;
  const chosen = new Set(draft.lots.map(keyOf));
  const toggle = (lot: HeldLot) => onChange(chosen.has(keyOf(lot)) ? draft.lots.filter((each) => keyOf(each) !== keyOf(lot)) : [...draft.lots, lot]);
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonRows rows={1} />;
  return (
    <fieldset className="field" style={{ border: 0, padding: 0, margin: 0 }}>
      <legend className="label">{t(act === "freeze" ? "acts.lots" : "acts.heldLots")}</legend>
      {rows.length === 0 ? <span className="small muted">{t(act === "freeze" ? "acts.lotsNone" : "acts.heldNone")}</span> : null}
      {rows.map((lot) => (
        <label key={keyOf(lot)} className="row tight">
          <input type="checkbox" checked={chosen.has(keyOf(lot))} onChange={() => toggle(lot)} />
          <span className="mono">{lot.unit}-{lot.vintage} {lot.serial_from}…{lot.serial_to}</span> <Tonnes value={lot.quantity} />
          <StatusPill tone="neutral">{lot.hold ? term("HoldKind", lot.hold) : term("LotState", lot.state)}</StatusPill>
        </label>
      ))}
      {fault ? <span className="fault" role="alert">{fault}</span> : null}
    </fieldset>
  );
}
