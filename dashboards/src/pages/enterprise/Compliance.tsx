/** Obligations of each year, surrendering for them, and the second person's word on a surrender. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { assets, confirmSurrender, sendSurrender, surrenderIntent, type ObligationRow, type SurrenderRow } from "@/api/market";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { minor } from "@/lib/decimal";
import { get } from "@/lib/fetch";
import { Card, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { List, Rows } from "@/ui/List";
import { gramsAsTonnes, Num, Tonnes } from "@/ui/Num";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Tile } from "@/ui/Tile";
import { Instant } from "@/ui/time";

export function Page() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("menu.compliance")} sub={t("compliance.sub")} />
      <div className="stack"><Standing /><Compliance /></div>
    </>
  );
}

/** The open year in four figures: what is owed, given, held, and what is still short. */
function Standing() {
  const { t } = useTranslation();
  const obligations = useQuery({ queryKey: ["obligations"], queryFn: () => get<{ results: ObligationRow[] }>("obligations/"), refetchInterval: 30_000 });
  const held = useQuery({ queryKey: ["assets"], queryFn: assets, refetchInterval: 20_000 });
  const rows = obligations.data?.results ?? [];
  const row = rows.find((each) => each.state !== "met") ?? rows[0];
  if (!row || !held.data) return null;
  const free = held.data.holdings.filter((each) => Number(each.vintage) <= row.year).reduce((sum, each) => sum + BigInt(each.free), 0n);
  const missing = BigInt(row.due_t) - BigInt(row.surrendered_t);
  const short = missing - free;
  return (
    <div className="stack">
      <div className="tiles">
        <Tile label={`${row.year} · ${t("compliance.owed")}`}><Tonnes value={row.due_t} /></Tile>
        <Tile label={t("compliance.given")}><Tonnes value={row.surrendered_t} /></Tile>
        <Tile label={t("compliance.held")}><Tonnes value={free.toString()} /></Tile>
        <Tile label={t("compliance.short")} foot={short > 0n ? t("compliance.penaltyNote") : missing > 0n ? t("compliance.surplus") : undefined}><Tonnes value={(short > 0n ? short : 0n).toString()} /></Tile>
      </div>
      <Notice tone={row.state === "met" ? "ok" : "warn"} icon={row.state === "met" ? "check" : "clock"}>
        <span className="row apart"><span>{t(row.state === "met" ? "compliance.met" : "compliance.open", { year: row.year })}</span><span className="row tight small muted">{t("compliance.tx")} <Hash value={row.tx_id} /></span></span>
      </Notice>
    </div>
  );
}

function Compliance() {
  const [signing, setSigning] = useState<Signing | null>(null);
  return (
    <div className="columns one-one">
      <Obligations onSign={setSigning} />
      <Surrenders onSign={setSigning} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </div>
  );
}

function Obligations({ onSign }: { onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const query = useQuery({ queryKey: ["obligations"], queryFn: () => get<{ results: ObligationRow[] }>("obligations/"), refetchInterval: 30_000 });
  return (
    <Card title={t("assets.obligations")} flush>
      <Answer query={query} rows={2} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="shield" title={t("assets.obligationsNone")}>{t("assets.obligationsNoneText")}</Empty>}>
        {(data) => (
          <>
            <Rows rows={data.results} rowKey={(row) => String(row.year)} label={t("assets.obligations")}
              columns={[
                { key: "year", title: t("assets.year"), render: (row) => <span className="num strong">{row.year}</span> },
                { key: "verified", title: t("assets.verified"), right: true, render: (row) => <Num value={gramsAsTonnes(row.verified_g)} places={3} unit={t("unit.tco2")} /> },
                { key: "due", title: t("assets.due"), right: true, render: (row) => <Tonnes value={row.due_t} /> },
                { key: "done", title: t("assets.done"), right: true, render: (row) => <Tonnes value={row.surrendered_t} /> },
                { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={row.state === "met" ? "ok" : "warn"}>{term("ObligationState", row.state)}</StatusPill> },
              ]} />
            {can(me, "surrender") ? data.results.filter((row) => row.state !== "met").map((row) => <SurrenderForm key={row.year} row={row} onSign={onSign} />) : null}
          </>
        )}
      </Answer>
    </Card>
  );
}

function SurrenderForm({ row, onSign }: { row: ObligationRow; onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const [quantity, setQuantity] = useState("");
  const [tried, setTried] = useState(false);
  const units = minor(quantity, 0);
  const good = units !== null && units > 0n;
  const open = () => {
    setTried(true);
    if (!good) return;
    onSign({
      title: t("assets.surrenderTitle", { year: row.year }),
      statement: t("assets.surrenderStatement", { year: row.year }),
      facts: [{ label: t("assets.quantity"), value: <Tonnes value={quantity} /> }],
      intents: async () => [await surrenderIntent(String(row.year), quantity)],
      send: ([signed]) => sendSurrender(signed!),
    });
  };
  return (
    <form className="row" style={{ padding: "12px 18px" }} onSubmit={(event) => { event.preventDefault(); open(); }}>
      <Field label={`${row.year} · ${t("assets.howMany")}`} hint={t("assets.oldest")} fault={tried && !good ? t("assets.notInteger") : null}>
        {(ids) => <input {...ids} className="input short" inputMode="numeric" value={quantity} onChange={(event) => setQuantity(event.target.value.trim())} />}
      </Field>
      <button type="submit" className="button primary">{t("assets.surrender")}</button>
    </form>
  );
}

function Surrenders({ onSign }: { onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const query = useList<SurrenderRow>("surrenders/");
  const confirm = (row: SurrenderRow) => onSign({
    title: t("assets.confirmTitle"),
    statement: t("assets.confirmStatement"),
    facts: [{ label: t("assets.year"), value: row.year }, { label: t("assets.quantity"), value: <Tonnes value={row.quantity} /> }, { label: t("assets.by"), value: row.proposed_by_name || row.proposed_by }],
    intents: async () => [{ name: "confirm_surrender", args: { surrender: row.surrender } }],
    send: ([signed]) => confirmSurrender(row.surrender, signed!),
  });
  return (
    <Card title={t("assets.surrenders")} flush>
      <List query={query} rowKey={(row) => row.surrender} label={t("assets.surrenders")} empty={<Empty icon="shield" title={t("assets.surrendersNone")} />}
        columns={[
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.proposed_at} /> },
          { key: "year", title: t("assets.year"), render: (row) => <span className="num">{row.year}</span> },
          { key: "quantity", title: t("assets.quantity"), right: true, render: (row) => <Tonnes value={row.quantity} /> },
          { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={row.state === "confirmed" ? "ok" : "warn"}>{term("SurrenderState", row.state)}</StatusPill> },
          { key: "do", title: "", right: true, render: (row) => (row.state === "pending" && row.proposed_by !== me.person.id && can(me, "surrender") ? <button type="button" className="button small primary" onClick={() => confirm(row)}>{t("assets.confirm")}</button> : null) },
        ]} />
    </Card>
  );
}
