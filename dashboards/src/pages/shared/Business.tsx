/** Reports, issues, trades and duties on the ledger, newest first; a button opens the proof of each. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import type { BusinessAct } from "@/api/oversight";
import { formatted, major } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { List } from "@/ui/List";
import { Segments } from "@/ui/Segments";
import { Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { useActName } from "./Proof";

const KINDS = ["all", "report", "issue", "trade", "duty"] as const;
type Item = BusinessAct["items"][number];

export function Business({ onProof }: { onProof: (tx: string) => void }) {
  const { t } = useTranslation();
  const name = useActName();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("all");
  const query = useList<BusinessAct>("explorer/business/", { kind: kind === "all" ? null : kind, limit: 10 });
  return (
    <Card flush title={t("business.title")} aside={<Segments label={t("business.kind")} value={kind} onChange={setKind} options={KINDS.map((each) => ({ value: each, label: t(`business.kinds.${each}`) }))} />}>
      <List query={query} rowKey={(row) => row.tx_id} label={t("business.title")} empty={<Empty icon="ledger" title={t("business.none")}>{t("business.noneText")}</Empty>}
        columns={[
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.at} /> },
          { key: "act", title: t("assets.name"), render: (row) => <span className="strong">{name(row.name)}</span> },
          { key: "what", title: t("business.what"), render: (row) => <Items row={row} show={(item) => (item.trace ? <Link to="/trace" search={{ q: item.trace }}>{item.title || t("unit.coin")}</Link> : item.title)} /> },
          { key: "amount", title: t("business.amount"), right: true, render: (row) => <Items row={row} show={(item) => <Amount item={item} />} /> },
          { key: "who", title: t("business.who"), render: (row) => <Items row={row} show={(item) => item.who.map((each) => each || t("trace.hidden")).join(" → ")} /> },
          { key: "block", title: t("assets.block"), right: true, render: (row) => <Link className="num" to="/chain" search={{ q: String(row.block_number) }}>#{row.block_number}</Link> },
          { key: "proof", title: "", render: (row) => (
            <div className="row tight">
              <StatusPill tone="chain">{t("business.endorsed", { n: row.endorsers.length })}</StatusPill>
              <button type="button" className="button small" onClick={() => onProof(row.tx_id)}>{t("proof.open")}</button>
            </div>
          ) },
        ]} />
    </Card>
  );
}

const SHOWN = 3;

function Items({ row, show }: { row: BusinessAct; show: (item: Item) => React.ReactNode }) {
  const { t } = useTranslation();
  const me = useMyself();
  if (row.items.length === 0) return <span className="muted">{can(me, "oversee") ? "—" : t("business.protected")}</span>;
  return (
    <div className="stack tight">
      {row.items.slice(0, SHOWN).map((item, i) => <span key={i} className="nowrap">{show(item)}</span>)}
      {row.items.length > SHOWN ? <span className="small muted">{t("business.more", { n: row.items.length - SHOWN })}</span> : null}
    </div>
  );
}

function Amount({ item }: { item: Item }) {
  const { t } = useTranslation();
  if (!item.amount) return <>—</>;
  const amount = item.unit === "coin" ? `${formatted(major(item.amount, 2), 2)} ${t("unit.coin")}` : `${formatted(item.amount, 0)} ${t("unit.tonne")}`;
  return <span className="num">{amount}{item.price_cents ? ` @ ${formatted(major(item.price_cents, 2), 2)}` : ""}</span>;
}
