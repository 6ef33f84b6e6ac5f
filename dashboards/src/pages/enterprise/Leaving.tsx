/** Beside trading and surrender: cancelling allowances for good, carrying them over, and what one person may do alone. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { proposalOf, proposeAct, reasonDigest } from "@/api/acts";
import { cancelIntent, carrying, carryIntent, confirmCancellation, sendCancellation, sendCarry, withdrawCancellation, type CancellationRow } from "@/api/leaving";
import { useList } from "@/api/lists";
import type { Assets } from "@/api/market";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { formatted, minor } from "@/lib/decimal";
import { Card, Fact, Facts } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { List, Rows } from "@/ui/List";
import { Tonnes } from "@/ui/Num";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { TwoStepActs } from "../shared/TwoStepActs";
import "./market.css";

type Sign = (signing: Signing) => void;

export function Leaving({ data }: { data: Assets }) {
  const { t } = useTranslation();
  const [signing, setSigning] = useState<Signing | null>(null);
  return (
    <>
      {data.limits.frozen ? <Notice tone="danger" icon="alert">{t("leaving.frozen")}</Notice> : null}
      <div className="columns one-one">
        <div className="stack"><Cancelling data={data} onSign={setSigning} /><Carrying data={data} onSign={setSigning} /></div>
        <Limits key={JSON.stringify(data.limits)} data={data} onSign={setSigning} />
      </div>
      <TwoStepActs title={t("acts.ownTitle")} empty={t("acts.ownNone")} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

const whole = (text: string) => {
  const units = minor(text, 0);
  return units !== null && units > 0n ? units.toString() : null;
};

function Instruments({ data, value, onChange, ids }: { data: Assets; value: string; onChange: (value: string) => void; ids: { id: string } }) {
  return (
    <select {...ids} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="" />
      {data.holdings.map((row) => <option key={`${row.unit}-${row.vintage}`} value={`${row.unit}-${row.vintage}`}>{row.unit}-{row.vintage} · {formatted(row.free, 0)}</option>)}
    </select>
  );
}

function Cancelling({ data, onSign }: { data: Assets; onSign: Sign }) {
  const { t } = useTranslation();
  const me = useMyself();
  const [name, setName] = useState("");
  const [quantity, setQuantity] = useState("");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const units = whole(quantity);
  const alone = data.limits.alone_cancel_t;
  const submit = async () => {
    setTried(true);
    if (!name || !units || !reason.trim()) return;
    const [unit = "", vintage = ""] = name.split("-");
    const digest = await reasonDigest(reason);
    onSign({
      title: t("leaving.cancelTitle"),
      statement: t(BigInt(units) <= BigInt(alone) ? "leaving.cancelAlone" : "leaving.cancelStatement"),
      facts: [{ label: t("market.instrument"), value: name }, { label: t("assets.quantity"), value: <Tonnes value={units} /> }, { label: t("leaving.reason"), value: reason.trim() }],
      intents: async () => [await cancelIntent(unit, vintage, units, digest)],
      send: ([signed]) => sendCancellation(signed!, reason),
      onDone: (state) => { if (state.state === "committed") { setQuantity(""); setReason(""); setTried(false); } },
    });
  };
  return (
    <Card title={t("leaving.cancel")} note={t("leaving.cancelNote")} flush>
      {can(me, "surrender") && data.holdings.length > 0 ? (
        <form className="ticket" style={{ padding: "12px 18px" }} aria-label={t("leaving.cancel")} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
          <Field label={t("market.instrument")} fault={tried && !name ? t("leaving.faultInstrument") : null}>{(ids) => <Instruments ids={ids} data={data} value={name} onChange={setName} />}</Field>
          <Field label={`${t("assets.quantity")} (${t("unit.tonne")})`} fault={tried && !units ? t("assets.notInteger") : null}>{(ids) => <input {...ids} className="input short" inputMode="numeric" value={quantity} onChange={(event) => setQuantity(event.target.value.trim())} />}</Field>
          <Field label={t("leaving.reason")} fault={tried && !reason.trim() ? t("leaving.faultReason") : null}>{(ids) => <input {...ids} className="input" maxLength={300} value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
          <button type="submit" className="button danger">{t("leaving.cancel")}</button>
        </form>
      ) : null}
      <CancellationList onSign={onSign} />
    </Card>
  );
}

function CancellationList({ onSign }: { onSign: Sign }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const query = useList<CancellationRow>("cancellations/", {}, { refetchInterval: 15_000 });
  const facts = (row: CancellationRow) => [{ label: t("assets.quantity"), value: <Tonnes value={row.quantity} /> }, { label: t("assets.by"), value: row.proposed_by_name || row.proposed_by }];
  const confirm = (row: CancellationRow) => onSign({ title: t("leaving.confirmTitle"), statement: t("leaving.confirmStatement"), facts: facts(row), intents: async () => [{ name: "confirm_cancellation", args: { cancellation: row.cancellation } }], send: ([signed]) => confirmCancellation(row.cancellation, signed!) });
  const withdraw = (row: CancellationRow) => onSign({ title: t("leaving.withdrawTitle"), statement: t("leaving.withdrawStatement"), facts: facts(row), intents: async () => [{ name: "withdraw_cancellation", args: { cancellation: row.cancellation } }], send: ([signed]) => withdrawCancellation(row.cancellation, signed!) });
  const acts = (row: CancellationRow) => (row.state !== "pending" || !can(me, "surrender") ? null : (
    <span className="row tight nowrap" style={{ justifyContent: "flex-end" }}>
      {row.proposed_by !== me.person.id ? <button type="button" className="button small primary" onClick={() => confirm(row)}>{t("assets.confirm")}</button> : null}
      <button type="button" className="button small" onClick={() => withdraw(row)}>{t("acts.withdraw")}</button>
    </span>
  ));
  return (
    <List query={query} rowKey={(row) => row.cancellation} label={t("leaving.cancellations")} empty={<Empty icon="shield" title={t("leaving.cancellationsNone")} />}
      columns={[
        { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.proposed_at} /> },
        { key: "instrument", title: t("market.instrument"), render: (row) => <span className="mono">{[...new Set(row.lots.map((lot) => `${lot.unit}-${lot.vintage}`))].join(" ")}</span> },
        { key: "quantity", title: t("assets.quantity"), right: true, render: (row) => <Tonnes value={row.quantity} /> },
        { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={row.state === "pending" ? "warn" : "neutral"}>{term("CancellationState", row.state)}</StatusPill> },
        { key: "do", title: "", right: true, render: acts },
      ]} />
  );
}

function Carrying({ data, onSign }: { data: Assets; onSign: Sign }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["carrying"], queryFn: carrying, refetchInterval: 30_000 });
  const [vintage, setVintage] = useState("");
  const [to, setTo] = useState("");
  const [quantity, setQuantity] = useState("");
  const [tried, setTried] = useState(false);
  const units = whole(quantity);
  const older = data.holdings.filter((row) => row.unit === "CEA" && (!to || Number(row.vintage) < Number(to)));
  const submit = () => {
    setTried(true);
    if (!vintage || !to || !units) return;
    onSign({
      title: t("leaving.carryTitle", { to }),
      statement: t("leaving.carryStatement"),
      facts: [{ label: t("leaving.from"), value: `CEA-${vintage}` }, { label: t("leaving.to"), value: `CEA-${to}` }, { label: t("assets.quantity"), value: <Tonnes value={units} /> }],
      intents: async () => [await carryIntent(vintage, to, units)],
      send: ([signed]) => sendCarry(signed!),
      onDone: (state) => { if (state.state === "committed") { setQuantity(""); setTried(false); } },
    });
  };
  return (
    <Card title={t("leaving.carry")} note={t("leaving.carryNote")} flush>
      <Answer query={query} rows={2} isEmpty={(found) => found.limits.length === 0} empty={<Empty icon="wallet" title={t("leaving.carryNone")}>{t("leaving.carryNoneText")}</Empty>}>
        {(found) => (
          <>
            {can(me, "surrender") ? (
              <form className="ticket" style={{ padding: "12px 18px" }} aria-label={t("leaving.carry")} onSubmit={(event) => { event.preventDefault(); submit(); }}>
                <Field label={t("leaving.to")} fault={tried && !to ? t("leaving.faultInstrument") : null}>
                  {(ids) => <select {...ids} className="input short" value={to} onChange={(event) => setTo(event.target.value)}><option value="" />{found.limits.map((row) => <option key={row.to_vintage} value={String(row.to_vintage)}>{`CEA-${row.to_vintage}`}</option>)}</select>}
                </Field>
                <Field label={t("leaving.from")} fault={tried && !vintage ? t("leaving.faultInstrument") : null}>
                  {(ids) => <select {...ids} className="input short" value={vintage} onChange={(event) => setVintage(event.target.value)}><option value="" />{older.map((row) => <option key={row.vintage} value={String(row.vintage)}>{`CEA-${row.vintage} · ${formatted(row.free, 0)}`}</option>)}</select>}
                </Field>
                <Field label={`${t("assets.quantity")} (${t("unit.tonne")})`} fault={tried && !units ? t("assets.notInteger") : null}>{(ids) => <input {...ids} className="input short" inputMode="numeric" value={quantity} onChange={(event) => setQuantity(event.target.value.trim())} />}</Field>
                <button type="submit" className="button primary">{t("leaving.carry")}</button>
              </form>
            ) : null}
            <Rows rows={found.limits} rowKey={(row) => String(row.to_vintage)} label={t("leaving.limits")}
              columns={[
                { key: "to", title: t("leaving.to"), render: (row) => <span className="mono">{`CEA-${row.to_vintage}`}</span> },
                { key: "limit", title: t("leaving.limit"), right: true, render: (row) => <Tonnes value={row.limit_t} /> },
                { key: "carried", title: t("leaving.carried"), right: true, render: (row) => <Tonnes value={row.carried_t} /> },
              ]} />
            {found.results.length > 0 ? <Rows rows={found.results} rowKey={(row) => row.carry} label={t("leaving.carriedRows")}
              columns={[
                { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.at} /> },
                { key: "serials", title: t("assets.serials"), render: (row) => <span className="mono">{row.unit}-{row.to_vintage} {row.serial_from}…{(BigInt(row.serial_from) + BigInt(row.quantity) - 1n).toString()}</span> },
                { key: "quantity", title: t("assets.quantity"), right: true, render: (row) => <Tonnes value={row.quantity} /> },
                { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id} /> },
              ]} /> : null}
          </>
        )}
      </Answer>
    </Card>
  );
}

/** 0 or more whole tonnes; an empty text counts as none where that has a meaning. */
const limitOf = (text: string) => (/^[0-9]{1,9}$/.test(text) ? BigInt(text).toString() : null);

function Limits({ data, onSign }: { data: Assets; onSign: Sign }) {
  const { t } = useTranslation();
  const me = useMyself();
  const now = data.limits;
  const [surrender, setSurrender] = useState(now.alone_surrender_t);
  const [cancel, setCancel] = useState(now.alone_cancel_t);
  const [block, setBlock] = useState(now.untrusted_block_t ?? "");
  const [tried, setTried] = useState(false);
  const values = { surrender: limitOf(surrender), cancel: limitOf(cancel), block: block === "" ? "" : limitOf(block) };
  const submit = () => {
    setTried(true);
    if (values.surrender === null || values.cancel === null || values.block === null) return;
    const args = { account: me.account, surrender_t: values.surrender, cancel_t: values.cancel, ...(values.block === "" ? {} : { block_t: values.block }) };
    onSign({
      title: t("leaving.limitsTitle"),
      statement: t("leaving.limitsStatement"),
      facts: [
        { label: t("acts.alone"), value: <Tonnes value={values.surrender} /> },
        { label: t("acts.aloneCancel"), value: <Tonnes value={values.cancel} /> },
        { label: t("acts.block"), value: values.block === "" ? t("leaving.asMarket") : <Tonnes value={values.block} /> },
      ],
      intents: async () => [proposalOf("set_own_limits", args)],
      send: ([signed]) => proposeAct(signed!, ""),
    });
  };
  const field = (label: string, value: string, set: (text: string) => void, good: boolean) => (
    <Field label={`${label} (${t("unit.tonne")})`} fault={tried && !good ? t("leaving.faultLimit") : null}>{(ids) => <input {...ids} className="input short" inputMode="numeric" value={value} onChange={(event) => set(event.target.value.trim())} />}</Field>
  );
  return (
    <Card title={t("leaving.ownLimits")} note={t("leaving.ownLimitsNote")}>
      <div className="stack">
        <Facts>
          <Fact label={t("acts.alone")}><Tonnes value={now.alone_surrender_t} /></Fact>
          <Fact label={t("acts.aloneCancel")}><Tonnes value={now.alone_cancel_t} /></Fact>
          <Fact label={t("acts.block")}>{now.untrusted_block_t === null ? t("leaving.asMarket") : <Tonnes value={now.untrusted_block_t} />}</Fact>
        </Facts>
        {can(me, "trade") ? (
          <form className="stack" aria-label={t("leaving.ownLimits")} onSubmit={(event) => { event.preventDefault(); submit(); }}>
            {field(t("acts.alone"), surrender, setSurrender, values.surrender !== null)}
            {field(t("acts.aloneCancel"), cancel, setCancel, values.cancel !== null)}
            {field(t("acts.block"), block, setBlock, values.block !== null)}
            <div><button type="submit" className="button primary">{t("leaving.proposeLimits")}</button></div>
          </form>
        ) : null}
      </div>
    </Card>
  );
}
