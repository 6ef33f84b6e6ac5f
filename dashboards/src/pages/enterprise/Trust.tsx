/** Whom the account trusts with blocks of any size: trust takes two persons and a delay, its end takes one. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { proposalOf, proposeAct } from "@/api/acts";
import { counterparties, type Counterparty } from "@/api/deals";
import { sendDistrust } from "@/api/keeping";
import { can, useMyself } from "@/api/me";
import { formatted } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Rows } from "@/ui/List";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { TwoStepActs } from "../shared/TwoStepActs";

export function Trust() {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["counterparties"], queryFn: counterparties, staleTime: 60_000 });
  const [signing, setSigning] = useState<Signing | null>(null);
  const hours = query.data?.delay_hours ?? 0;
  const facts = (row: Counterparty) => [{ label: t("blocks.other"), value: row.organisation }];
  const trust = (row: Counterparty) => setSigning({
    title: t("trust.title", { name: row.organisation }), statement: t("trust.statement"),
    facts: [...facts(row), { label: t("trust.delay"), value: hours > 0 ? t("trust.hours", { n: hours }) : t("trust.atOnce") }],
    intents: async () => [proposalOf("trust_counterparty", { account: me.account, counterparty: row.account })],
    send: ([signed]) => proposeAct(signed!, ""),
  });
  const distrust = (row: Counterparty) => setSigning({
    title: t("trust.endTitle", { name: row.organisation }), statement: t("trust.endStatement"), facts: facts(row),
    intents: async () => [{ name: "distrust_counterparty", args: { counterparty: row.account } }],
    send: ([signed]) => sendDistrust(row.account, signed!),
  });
  const acts = (row: Counterparty) => {
    if (!can(me, "trade")) return null;
    return row.trusted_since ? <button type="button" className="button small danger" onClick={() => distrust(row)}>{t("trust.end")}</button> : <button type="button" className="button small" onClick={() => trust(row)}>{t("trust.begin")}</button>;
  };
  const limit = query.data?.limit_t ?? null;
  return (
    <>
      <Card title={t("trust.card")} note={limit === null ? t("trust.noLimit") : t("trust.limit", { n: formatted(limit, 0) })} flush>
        <Answer query={query} rows={3} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="shield" title={t("trust.none")} />}>
          {(data) => (
            <Rows rows={data.results} rowKey={(row) => row.account} label={t("trust.card")}
              columns={[
                { key: "name", title: t("blocks.other"), render: (row) => <span className="strong">{row.organisation}</span> },
                { key: "state", title: t("trust.state"), render: (row) => <StatusPill tone={row.trusted_since ? "ok" : "neutral"}>{t(row.trusted_since ? "trust.trusted" : "trust.untrusted")}</StatusPill> },
                { key: "since", title: t("trust.since"), render: (row) => <Instant at={row.trusted_since} /> },
                { key: "do", title: "", right: true, render: acts },
              ]} />
          )}
        </Answer>
      </Card>
      <TwoStepActs title={t("acts.ownTitle")} empty={t("acts.ownNone")} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}
