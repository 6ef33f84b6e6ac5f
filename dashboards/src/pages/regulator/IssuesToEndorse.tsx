import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import type { IssueRow } from "@/api/market";
import { endorseIssue, issueToSign } from "@/api/oversight";
import { useTerm } from "@/labels";
import { IssueAmount } from "@/pages/administrator/Issuance";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Empty } from "@/ui/states";
import { Instant } from "@/ui/time";

/** Proposed issues that wait for the regulator's word. */
export function IssuesToEndorse() {
  const { t } = useTranslation();
  const term = useTerm();
  const [signing, setSigning] = useState<Signing | null>(null);
  const query = useList<IssueRow>("issues/", { state: "proposed" }, { refetchInterval: 10_000 });
  const open = (row: IssueRow) => setSigning({
    title: t("actions.endorseTitle"),
    statement: t("actions.endorseStatement"),
    facts: [
      { label: t("issuance.kind"), value: `${term("TokenKind", row.kind)}${row.vintage ? ` ${row.unit}-${row.vintage}` : ""}` },
      { label: t("issuance.account"), value: row.organisation || row.account },
      { label: t("issuance.amount"), value: <IssueAmount row={row} /> },
      { label: t("issuance.backing"), value: <span className="mono wrap-anywhere">{row.backing_digest}</span> },
    ],
    intents: async () => [await issueToSign(row.issue)],
    send: ([signed]) => endorseIssue(row.issue, signed!),
  });
  return (
    <Card title={t("actions.issues")} flush>
      <List query={query} rowKey={(row) => row.issue} label={t("actions.issues")} empty={<Empty icon="check" title={t("actions.issuesNone")} />}
        columns={[
          { key: "kind", title: t("issuance.kind"), render: (row) => <span className="strong">{term("TokenKind", row.kind)} {row.vintage ? <span className="mono muted">{row.unit}-{row.vintage}</span> : null}</span> },
          { key: "account", title: t("issuance.account"), render: (row) => row.organisation || row.account },
          { key: "amount", title: t("issuance.amount"), right: true, render: (row) => <IssueAmount row={row} /> },
          { key: "backing", title: t("issuance.backing"), render: (row) => <Hash value={row.backing_digest} /> },
          { key: "at", title: t("actions.at"), render: (row) => <Instant at={row.proposed_at} /> },
          { key: "do", title: "", right: true, render: (row) => <button type="button" className="button primary small" onClick={() => open(row)}><Icon name="pen" size={14} />{t("actions.endorse")}</button> },
        ]} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
