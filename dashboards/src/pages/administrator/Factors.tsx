/** Factor sets: those there are, and proposals of new ones, drafted by an administrator. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { factorSets, factorSetUrl, proposals, type FactorSetRow } from "@/api/factorSets";
import { can, useMyself } from "@/api/me";
import { useListed, useWords } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Answer, Empty, Forbidden } from "@/ui/states";
import { Instant } from "@/ui/time";
import { TwoStepActs } from "../shared/TwoStepActs";
import { FactorDraft } from "./FactorDraft";
import { ProposalPill } from "./FactorProposal";

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const [drafting, setDrafting] = useState(false);
  const sets = useQuery({ queryKey: ["factor-sets"], queryFn: factorSets, enabled: can(me, "oversee") });
  if (!can(me, "oversee")) return <Forbidden />;
  const may = can(me, "propose_factors");
  return (
    <>
      <PageHead title={t("factorSets.title")} sub={t(may ? "factorSets.sub" : "factorSets.subRead")}>
        {may ? <button type="button" className={drafting ? "button" : "button primary"} aria-expanded={drafting} onClick={() => setDrafting(!drafting)}><Icon name={drafting ? "cross" : "pen"} size={16} />{t(drafting ? "factorSets.close" : "factorSets.draft")}</button> : null}
      </PageHead>
      <div className="stack">
        {drafting ? <Answer query={sets} rows={4}>{(data) => <FactorDraft sets={data.results.filter((row) => row.latest)} />}</Answer> : null}
        <Proposals />
        <TwoStepActs title={t("actions.twoStep")} empty={t("actions.none")} only="set_parameters" />
        <Card title={t("factorSets.list")} note={t("factorSets.listNote")} flush>
          <Answer query={sets} rows={6} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="ledger" title={t("factorSets.empty")} />}>
            {(data) => <Sets rows={data.results} />}
          </Answer>
        </Card>
      </div>
    </>
  );
}

function Proposals() {
  const { t } = useTranslation();
  const words = useWords();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ["factor-proposals"], queryFn: proposals, refetchInterval: 10_000 });
  return (
    <Card title={t("factorSets.proposals")} flush>
      <Answer query={query} rows={3} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="inbox" title={t("factorSets.none")}>{t("factorSets.noneText")}</Empty>}>
        {(data) => (
          <Rows rows={data.results} rowKey={(row) => row.id} label={t("factorSets.proposals")}
            onOpen={(row) => void navigate({ to: "/factors/$proposal", params: { proposal: row.id } })}
            columns={[
              { key: "set", title: t("factorSets.set"), render: (row) => <><span className="strong">{words(row)}</span><div className="small muted mono">{row.factor_set}</div></> },
              { key: "since", title: t("factorSets.since"), render: (row) => <span className="num">{row.since}</span> },
              { key: "factors", title: t("factorSets.factors"), right: true, render: (row) => <span className="num">{row.factors}</span> },
              { key: "state", title: t("factorSets.state"), render: (row) => <ProposalPill state={row.state} /> },
              { key: "by", title: t("factorSets.by"), render: (row) => row.person_name || "—" },
              { key: "at", title: t("factorSets.at"), render: (row) => <Instant at={row.created_at} /> },
            ]} />
        )}
      </Answer>
    </Card>
  );
}

function Sets({ rows }: { rows: readonly FactorSetRow[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const listed = useListed();
  return (
    <Rows rows={rows} rowKey={(row) => row.id} label={t("factorSets.list")}
      columns={[
        { key: "set", title: t("factorSets.set"), render: (row) => <><span className={row.latest ? "strong" : "muted"}>{words(row)}</span><div className="small muted mono">{row.id}</div></> },
        { key: "used", title: t("factorSets.used"), render: (row) => <span className="small">{listed(row.guidelines.map(words)) || "—"}</span> },
        { key: "since", title: t("factorSets.since"), render: (row) => (row.since ? <><span className="num">{row.since}</span><div><Hash value={row.tx_id} /></div></> : <span className="muted">{t("factorSets.whole")}</span>) },
        { key: "digest", title: t("factorSets.digest"), render: (row) => <Hash value={row.digest} /> },
        { key: "file", title: "", right: true, render: (row) => <a href={factorSetUrl(row.id)} download className="row tight nowrap" style={{ justifyContent: "flex-end" }}><Icon name="download" size={14} />{t("factorSets.download")}</a> },
      ]} />
  );
}
