/** Proposing coin and allowances against a backing document, and what became of each proposal. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import type { IssueRow } from "@/api/market";
import { supplies } from "@/api/oversight";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { List, Rows } from "@/ui/List";
import { Coin, Tonnes } from "@/ui/Num";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { IssueForm } from "./IssueForm";
import { Redemptions } from "./Redemptions";

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  return (
    <>
      <PageHead title={t("issuance.title")} sub={t("issuance.sub")} />
      <div className="columns two-one">
        <div className="stack"><Issues /><Redemptions /></div>
        <div className="stack">{can(me, "propose_issue") ? <IssueForm /> : null}<Supplies /></div>
      </div>
    </>
  );
}

export function IssueAmount({ row }: { row: Pick<IssueRow, "kind" | "amount"> }) {
  return row.kind === "coin" ? <Coin cents={row.amount} /> : <Tonnes value={row.amount} />;
}

function Issues() {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useList<IssueRow>("issues/", {}, { refetchInterval: 10_000 });
  return (
    <Card title={t("issuance.issues")} flush>
      <List query={query} rowKey={(row) => row.issue} label={t("issuance.issues")} empty={<Empty icon="coin" title={t("issuance.none")} />}
        columns={[
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.proposed_at} /> },
          { key: "kind", title: t("issuance.kind"), render: (row) => <>{term("TokenKind", row.kind)} {row.vintage ? <span className="mono muted">{row.unit}-{row.vintage}</span> : null}</> },
          { key: "account", title: t("issuance.account"), render: (row) => row.organisation || <span className="mono">{row.account}</span> },
          { key: "amount", title: t("issuance.amount"), right: true, render: (row) => <IssueAmount row={row} /> },
          { key: "backing", title: t("issuance.backing"), render: (row) => <Hash value={row.backing_digest} /> },
          { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={row.state === "issued" ? "chain" : "warn"}>{term("IssueState", row.state)}</StatusPill> },
        ]} />
    </Card>
  );
}

function Supplies() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["supplies"], queryFn: supplies, refetchInterval: 20_000 });
  return (
    <Card title={t("issuance.supply")} flush>
      <Answer query={query} rows={2} isEmpty={(data) => data.length === 0} empty={<Empty icon="coin" title={t("ui.none")} />}>
        {(data) => (
          <Rows rows={data} rowKey={(row) => row.token} label={t("issuance.supply")}
            columns={[
              { key: "token", title: t("market.instrument"), render: (row) => (row.token === "coin" ? t("unit.coin") : <span className="mono">{row.token}</span>) },
              { key: "issued", title: t("issuance.issued"), right: true, render: (row) => (row.token === "coin" ? <Coin cents={row.issued} unit={false} /> : <Tonnes value={row.issued} unit={false} />) },
              { key: "cap", title: t("issuance.cap"), right: true, render: (row) => (row.token === "coin" ? <Coin cents={row.cap} unit={false} /> : <Tonnes value={row.cap} unit={false} />) },
            ]} />
        )}
      </Answer>
    </Card>
  );
}
