/** The account's coin output by output: split and merged for orders side by side, and paid out in money. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reasonDigest } from "@/api/acts";
import { outputs, redeemIntent, sendMerger, sendRedemption, sendSplit, type OutputRow, type RedemptionRow } from "@/api/keeping";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import { formatted, major, minor } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { List, Rows } from "@/ui/List";
import { Coin } from "@/ui/Num";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

type Sign = (signing: Signing) => void;
const PARTS = [2, 4, 8, 16] as const;
const keyOf = (row: OutputRow) => `${row.tx}:${row.n}`;
const named = (row: OutputRow) => ({ tx: row.tx, n: row.n });
const sumOf = (rows: readonly OutputRow[]) => rows.reduce((sum, row) => sum + BigInt(row.amount_cents), 0n).toString();

/** An amount in as many equal parts; what does not divide goes to the last one. */
export function partsOf(cents: string, count: number): string[] {
  const [whole, part] = [BigInt(cents), BigInt(cents) / BigInt(count)];
  return Array.from({ length: count }, (_, i) => (i < count - 1 ? part : whole - part * BigInt(count - 1)).toString());
}

export function Coins({ free }: { free: string }) {
  const me = useMyself();
  const [signing, setSigning] = useState<Signing | null>(null);
  return (
    <div className="columns two-one">
      <Outputs onSign={setSigning} />
      <div className="stack">{can(me, "redeem_coin") ? <Redeem free={free} onSign={setSigning} /> : null}<Redeemed /></div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </div>
  );
}

function Outputs({ onSign }: { onSign: Sign }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["outputs"], queryFn: outputs, refetchInterval: 20_000 });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [parts, setParts] = useState<number>(4);
  const rows = (query.data?.results ?? []).filter((row) => chosen.includes(keyOf(row)) && !row.locked);
  const toggle = (row: OutputRow) => setChosen((before) => (before.includes(keyOf(row)) ? before.filter((each) => each !== keyOf(row)) : [...before, keyOf(row)]));
  const [one] = rows;
  const done = () => setChosen([]);
  const merge = () => onSign({
    title: t("coins.mergeTitle"), statement: t("coins.mergeStatement"),
    facts: [{ label: t("coins.count"), value: String(rows.length) }, { label: t("coins.amount"), value: <Coin cents={sumOf(rows)} /> }],
    intents: async () => [{ name: "merge_coin", args: { coins: rows.map(named) } }], send: ([signed]) => sendMerger(signed!), onDone: done,
  });
  const split = (row: OutputRow) => onSign({
    title: t("coins.splitTitle"), statement: t("coins.splitStatement"),
    facts: [{ label: t("coins.amount"), value: <Coin cents={row.amount_cents} /> }, { label: t("coins.parts"), value: partsOf(row.amount_cents, parts).map((cents) => formatted(major(cents, 2), 2)).join(" · ") }],
    intents: async () => [{ name: "split_coin", args: { coin: named(row), amounts_cents: partsOf(row.amount_cents, parts) } }], send: ([signed]) => sendSplit(signed!), onDone: done,
  });
  return (
    <Card title={t("coins.outputs")} note={t("coins.outputsNote")} flush>
      <Answer query={query} rows={3} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="coin" title={t("coins.none")} />}>
        {(data) => (
          <>
            {can(me, "trade") ? (
              <div className="row" style={{ padding: "10px 18px" }}>
                <button type="button" className="button small" disabled={rows.length < 2} onClick={merge}>{t("coins.merge")}</button>
                <button type="button" className="button small" disabled={!one || rows.length !== 1 || BigInt(one.amount_cents) < BigInt(parts)} onClick={() => one && split(one)}>{t("coins.split")}</button>
                <label className="row tight small">{t("coins.into")}
                  <select className="input short" value={parts} onChange={(event) => setParts(Number(event.target.value))}>{PARTS.map((each) => <option key={each} value={each}>{each}</option>)}</select>
                </label>
                <span className="small muted">{t("coins.choose")}</span>
              </div>
            ) : null}
            <Rows rows={data.results} rowKey={keyOf} label={t("coins.outputs")}
              columns={[
                { key: "choose", title: "", render: (row) => <input type="checkbox" aria-label={`${t("coins.output")} ${row.tx.slice(0, 8)}:${row.n}`} disabled={row.locked} checked={chosen.includes(keyOf(row))} onChange={() => toggle(row)} /> },
                { key: "amount", title: t("coins.amount"), right: true, render: (row) => <Coin cents={row.amount_cents} unit={false} /> },
                { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={row.locked ? "primary" : "ok"}>{t(row.locked ? "coins.locked" : "coins.free")}</StatusPill> },
                { key: "from", title: t("coins.from"), render: (row) => <>{t(`tx.${row.created_name as "list"}`, { defaultValue: row.created_name })} <span className="small muted"><Instant at={row.created_at} /></span></> },
                { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx} /> },
              ]} />
          </>
        )}
      </Answer>
    </Card>
  );
}

function Redeem({ free, onSign }: { free: string; onSign: Sign }) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState("");
  const [payout, setPayout] = useState("");
  const [tried, setTried] = useState(false);
  const cents = minor(amount, 2);
  const fault = cents === null || cents <= 0n ? t("coins.faultAmount") : cents > BigInt(free) ? t("coins.faultFree", { n: formatted(major(free, 2), 2) }) : null;
  const submit = async () => {
    setTried(true);
    if (fault || !payout.trim()) return;
    const digest = await reasonDigest(payout);
    onSign({
      title: t("coins.redeemTitle"), statement: t("coins.redeemStatement"),
      facts: [{ label: t("coins.amount"), value: <Coin cents={String(cents)} /> }, { label: t("coins.payout"), value: payout.trim() }],
      intents: async () => [await redeemIntent(String(cents), digest)], send: ([signed]) => sendRedemption(signed!, payout.trim()),
      onDone: (state) => { if (state.state === "committed") { setAmount(""); setPayout(""); setTried(false); } },
    });
  };
  return (
    <Card title={t("coins.redeem")} note={t("coins.redeemNote")}>
      <form className="stack" aria-label={t("coins.redeem")} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Field label={`${t("coins.amount")} (${t("unit.coin")})`} fault={tried ? fault : null} hint={t("market.coinAvailable", { n: formatted(major(free, 2), 2) })}>
          {(ids) => <input {...ids} className="input" inputMode="decimal" autoComplete="off" value={amount} onChange={(event) => setAmount(event.target.value.trim())} />}
        </Field>
        <Field label={t("coins.payout")} hint={t("coins.payoutHint")} fault={tried && !payout.trim() ? t("coins.faultPayout") : null}>
          {(ids) => <textarea {...ids} className="input" rows={2} maxLength={1000} value={payout} onChange={(event) => setPayout(event.target.value)} />}
        </Field>
        <div><button type="submit" className="button primary">{t("coins.redeem")}</button></div>
      </form>
    </Card>
  );
}

function Redeemed() {
  const { t } = useTranslation();
  const query = useList<RedemptionRow>("redemptions/", {}, { refetchInterval: 30_000 });
  return (
    <Card title={t("coins.redemptions")} flush>
      <List query={query} rowKey={(row) => row.redemption} label={t("coins.redemptions")} empty={<Empty icon="coin" title={t("coins.redemptionsNone")} />}
        columns={[
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.at} /> },
          { key: "amount", title: t("coins.amount"), right: true, render: (row) => <Coin cents={row.amount_cents} unit={false} /> },
          { key: "payout", title: t("coins.payout"), render: (row) => row.payout || <Hash value={row.payout_digest} /> },
        ]} />
    </Card>
  );
}
