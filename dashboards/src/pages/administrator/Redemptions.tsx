/** What was paid out of coin, and the words for the bank: what the operator has to pay. */
import { useTranslation } from "react-i18next";
import type { RedemptionRow } from "@/api/keeping";
import { useList } from "@/api/lists";
import { Card } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { List } from "@/ui/List";
import { Coin } from "@/ui/Num";
import { Empty } from "@/ui/states";
import { Instant } from "@/ui/time";

export function Redemptions() {
  const { t } = useTranslation();
  const query = useList<RedemptionRow>("oversight/redemptions/", {}, { refetchInterval: 20_000 });
  return (
    <Card title={t("coins.redemptions")} note={t("coins.payNote")} flush>
      <List query={query} rowKey={(row) => row.redemption} label={t("coins.redemptions")} empty={<Empty icon="coin" title={t("coins.redemptionsNone")} />}
        columns={[
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.at} /> },
          { key: "who", title: t("issuance.account"), render: (row) => row.organisation },
          { key: "amount", title: t("coins.amount"), right: true, render: (row) => <Coin cents={row.amount_cents} /> },
          { key: "payout", title: t("coins.payout"), render: (row) => row.payout || <Hash value={row.payout_digest} /> },
          { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id} /> },
        ]} />
    </Card>
  );
}
