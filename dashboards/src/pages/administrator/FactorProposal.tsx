/** One proposed factor set: its changes, what it does to every enterprise, and the two signatures. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { proposalOf, proposeAct } from "@/api/acts";
import { effects, factorSets, namesOf, proposal, simulate, withdraw, type AccountSum, type FactorSetRow, type Proposal, type ProposalState, type Simulation } from "@/api/factorSets";
import { can, useMyself } from "@/api/me";
import { useTerm, useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { FactorChanges } from "@/ui/FactorChanges";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { Answer, Empty, ErrorCard, Forbidden, Notice } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { TwoStepActs } from "../shared/TwoStepActs";

const TONES: Record<ProposalState, Tone> = { drafted: "neutral", simulating: "primary", simulated: "primary", signed: "warn", published: "ok", overtaken: "neutral", withdrawn: "neutral" };
const OPEN: readonly ProposalState[] = ["drafted", "simulating", "simulated"];

export function ProposalPill({ state }: { state: ProposalState }) {
  const { t } = useTranslation();
  return <StatusPill tone={TONES[state]}>{t(`factorSets.states.${state}`)}</StatusPill>;
}

function Effect({ grams }: { grams: string | null | undefined }) {
  const { t } = useTranslation();
  return grams === null || grams === undefined ? <span className="muted">{t("factorSets.noTotal")}</span> : <Num value={gramsAsTonnes(grams)} places={3} unit={t("unit.tco2")} sign />;
}

export function Page() {
  const { proposal: id } = useParams({ strict: false }) as { proposal: string };
  const me = useMyself();
  const query = useQuery({
    queryKey: ["factor-proposal", id], queryFn: () => proposal(id), enabled: can(me, "oversee"),
    refetchInterval: ({ state }) => (state.data?.state === "simulating" ? 2_000 : 10_000),
  });
  const sets = useQuery({ queryKey: ["factor-sets"], queryFn: factorSets, enabled: can(me, "oversee") });
  if (!can(me, "oversee")) return <Forbidden />;
  return <Answer query={query} rows={8}>{(data) => <View shown={data} set={sets.data?.results.find((row) => row.id === data.succeeds)} />}</Answer>;
}

function View({ shown, set }: { shown: Proposal; set: FactorSetRow | undefined }) {
  const { t } = useTranslation();
  const me = useMyself();
  const words = useWords();
  const may = can(me, "propose_factors");
  return (
    <>
      <PageHead title={words(shown)} sub={<><span className="mono">{shown.factor_set}</span> · {t("factorSets.since")} <span className="num">{shown.since}</span> · <ProposalPill state={shown.state} /></>}>
        <Link to="/factors" className="button">{t("factorSets.back")}</Link>
        {may ? <Acts shown={shown} /> : null}
      </PageHead>
      <div className="stack">
        <Standing shown={shown} may={may} />
        <Card title={t("factorSets.changes")} flush>
          <FactorChanges changes={shown.changes} names={set ? namesOf(set) : {}} effects={shown.simulation.at ? new Map(shown.simulation.by_factor.map((row) => [row.place, row.effect_g])) : undefined} />
        </Card>
        <SimulationCard shown={shown} />
        <Card title={t("factorSets.digest")}>
          <Facts>
            <Fact label={t("factorSets.succeeds")}>{set ? words(set) : shown.succeeds} <span className="mono small muted">{shown.succeeds}</span></Fact>
            <Fact label={t("factorSets.by")}>{shown.person_name || "—"} · <Instant at={shown.created_at} /></Fact>
            <Fact label={t("factorSets.digest")}><Hash value={shown.digest} /></Fact>
            <Fact label={t("factorSets.simulationDigest")}><Hash value={shown.simulation.digest} /></Fact>
          </Facts>
        </Card>
        {shown.state === "signed" || shown.state === "published" ? <TwoStepActs title={t("actions.twoStep")} empty={t("actions.none")} only="set_parameters" /> : null}
      </div>
    </>
  );
}

function Standing({ shown, may }: { shown: Proposal; may: boolean }) {
  const { t } = useTranslation();
  if (shown.state === "published") return <Notice tone="chain" icon="check">{t("factorSets.published", { n: shown.published?.block_number ?? "—" })} <Hash value={shown.published?.tx_id} /></Notice>;
  if (shown.state === "signed") return <Notice tone="warn" icon="clock">{t("factorSets.signed")}</Notice>;
  if (shown.state === "overtaken") return <Notice>{t("factorSets.overtaken")}</Notice>;
  if (shown.state === "withdrawn") return <Notice>{t("factorSets.withdrawn")}</Notice>;
  return may ? null : <Notice>{t("factorSets.waitsForRegulator")}</Notice>;
}

function Acts({ shown }: { shown: Proposal }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [signing, setSigning] = useState<Signing | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  if (!OPEN.includes(shown.state)) return null;
  const again = async () => {
    await Promise.all([client.invalidateQueries({ queryKey: ["factor-proposal", shown.id] }), client.invalidateQueries({ queryKey: ["factor-proposals"] })]);
  };
  const run = async (act: (id: string) => Promise<Result<Proposal, Problem>>) => {
    setBusy(true);
    const answer = await act(shown.id);
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    await again();
  };
  const sign = (values: Record<string, string>) => setSigning({
    title: t("factorSets.publishTitle", { set: shown.factor_set }),
    statement: t("factorSets.publishStatement", { since: shown.since, succeeds: shown.succeeds }),
    facts: [
      { label: t("factorSets.total"), value: <Effect grams={shown.simulation.open_g} /> },
      { label: t("factorSets.account"), value: <span className="num">{shown.simulation.by_account.length}</span> },
      { label: t("factorSets.digest"), value: <Hash value={shown.digest} /> },
      { label: t("factorSets.simulationDigest"), value: <Hash value={shown.simulation.digest} /> },
    ],
    intents: async () => [proposalOf("set_parameters", { group: "factors", values })],
    send: ([signed]) => proposeAct(signed!, ""),
    onDone: () => void again(),
  });
  return (
    <>
      <button type="button" className="button" disabled={busy} onClick={() => void run(withdraw)}>{t("factorSets.withdraw")}</button>
      <button type="button" className={shown.values ? "button" : "button primary"} disabled={busy || shown.state === "simulating"} onClick={() => void run(simulate)}><Icon name="pulse" size={16} />{t(shown.simulation.asked_at ? "factorSets.again" : "factorSets.simulate")}</button>
      {shown.values ? <button type="button" className="button primary" disabled={busy} onClick={() => sign(shown.values!)}><Icon name="pen" size={16} />{t("factorSets.publish")}</button> : null}
      {problem ? <ErrorCard problem={problem} /> : null}
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

function SimulationCard({ shown }: { shown: Proposal }) {
  const { t } = useTranslation();
  const [account, setAccount] = useState("");
  const made = shown.simulation;
  return (
    <Card title={t("factorSets.simulation")} note={made.at ? <>{t("factorSets.simulatedAt")} <Instant at={made.at} /></> : undefined}>
      {!made.asked_at ? <Empty icon="pulse" title={t("factorSets.notYet")}>{t("factorSets.notYetText")}</Empty> : null}
      {made.asked_at && !made.at ? <p role="status">{t("factorSets.running", { done: made.done, of: made.of })}</p> : null}
      {made.at ? (
        <div className="stack">
          <Facts>
            <Fact label={t("factorSets.total")}><strong><Effect grams={made.open_g} /></strong></Fact>
            <Fact label={t("factorSets.frozenTotal")}><span className="muted"><Effect grams={made.frozen_g} /></span></Fact>
          </Facts>
          <Notice>{t("factorSets.frozenNote")} {t("factorSets.byFactorNote")}</Notice>
          <ByAccount made={made} onOpen={(row) => setAccount(row.account === account ? "" : row.account)} />
          {account ? <Periods id={shown.id} row={made.by_account.find((each) => each.account === account)!} /> : null}
        </div>
      ) : null}
    </Card>
  );
}

function ByAccount({ made, onOpen }: { made: Simulation; onOpen: (row: AccountSum) => void }) {
  const { t } = useTranslation();
  if (made.by_account.length === 0) return <Empty icon="factory" title={t("factorSets.noAccounts")} />;
  return (
    <Rows rows={made.by_account} rowKey={(row) => row.account} label={t("factorSets.byAccount")} onOpen={onOpen}
      columns={[
        { key: "who", title: t("factorSets.account"), render: (row) => <button type="button" className="button small" onClick={(event) => { event.stopPropagation(); onOpen(row); }}>{row.organisation || row.account}</button> },
        { key: "open", title: t("factorSets.months"), right: true, render: (row) => <span className="num">{row.open}</span> },
        { key: "effect", title: t("factorSets.openEffect"), right: true, render: (row) => <strong><Effect grams={row.open_g} /></strong> },
        { key: "frozen", title: t("factorSets.frozenMonths"), right: true, render: (row) => <span className="num muted">{row.frozen}</span> },
        { key: "frozenEffect", title: t("factorSets.frozenEffect"), right: true, render: (row) => <span className="muted"><Effect grams={row.frozen_g} /></span> },
        { key: "without", title: "", render: (row) => (row.without_total > 0 ? <span className="small muted">{t("factorSets.without", { n: row.without_total })}</span> : null) },
      ]} />
  );
}

function Periods({ id, row }: { id: string; row: AccountSum }) {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useQuery({ queryKey: ["factor-effects", id, row.account], queryFn: () => effects(id, row.account) });
  const title = t("factorSets.effects", { name: row.organisation || row.account });
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <Answer query={query} rows={3}>
        {(data) => (
          <Rows rows={data.results} rowKey={(each) => `${each.plant}${each.period}`} label={title}
            columns={[
              { key: "plant", title: t("factorSets.plant"), render: (each) => each.plant },
              { key: "period", title: t("factorSets.period"), render: (each) => <span className="num">{each.period}</span> },
              { key: "kind", title: t("factorSets.kind"), render: (each) => <><StatusPill tone={each.kind === "frozen" ? "neutral" : "primary"} dot={false}>{t(`factorSets.kinds.${each.kind}`)}</StatusPill> <span className="small muted">{term("PeriodState", each.state)}</span></> },
              { key: "effect", title: t("factorSets.effect"), right: true, render: (each) => <Effect grams={each.effect_g} /> },
            ]} />
        )}
      </Answer>
    </section>
  );
}
