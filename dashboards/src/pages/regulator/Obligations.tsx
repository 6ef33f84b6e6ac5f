/** Years that are verified and owe nothing yet: one regulator proposes, another confirms, each checks the total here. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { confirmAction } from "@/api/acts";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import { actionOf, checkOpening, dueReports, intentOf, obligationDraft, openingIn, proposeObligation, type Check, type DueReport, type SetObligationRow } from "@/api/obligations";
import { useDevice } from "@/api/signing";
import { useTerm } from "@/labels";
import { problemFrom, type Problem } from "@/lib/problem";
import { Card, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { List, Rows } from "@/ui/List";
import { gramsAsTonnes, Num, Tonnes } from "@/ui/Num";
import { Answer, Empty, ErrorCard, Forbidden } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { Told } from "@/ui/Told";

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["obligations", "due"], queryFn: dueReports, refetchInterval: 15_000, enabled: can(me, "set_obligation") });
  // Here and not beside the rows: the last row goes away while its signature is still being confirmed.
  const [signing, setSigning] = useState<Signing | null>(null);
  if (!can(me, "set_obligation")) return <Forbidden />;
  return (
    <>
      <PageHead title={t("obligations.title")} sub={t("obligations.sub")} />
      <Answer query={query} isEmpty={(data) => data.results.length === 0} empty={<Card><Empty icon="shield" title={t("obligations.none")}>{t("obligations.noneText")}</Empty></Card>}>
        {(data) => <Due rows={data.results} onSign={setSigning} />}
      </Answer>
      <div style={{ marginTop: 16 }}><AlreadySet /></div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </>
  );
}

function Due({ rows, onSign }: { rows: DueReport[]; onSign: (signing: Signing) => void }) {
  const { t } = useTranslation();
  const device = useDevice();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [failed, setFailed] = useState(false);
  const start = async (row: DueReport, second: boolean) => {
    setProblem(null);
    setFailed(false);
    try {
      const draft = await obligationDraft(row);
      const action = second ? await actionOf(row.action) : null;
      const opening = action ? openingIn(action) : draft.args.act_args.opening;
      const check = opening ? await checkOpening(draft, opening, device.data?.stored ?? null) : null;
      if (!check?.root || check.box === "other") return setFailed(true);
      onSign({
        title: t(second ? "obligations.confirmTitle" : "obligations.proposeTitle"),
        statement: t(second ? "obligations.confirmStatement" : "obligations.proposeStatement", { year: row.period }),
        facts: [
          { label: t("obligations.enterprise"), value: row.organisation || row.account },
          { label: t("assets.year"), value: row.period },
          { label: t("assets.verified"), value: <Num value={gramsAsTonnes(check.value)} places={3} unit={t("unit.tco2")} /> },
          { label: t("obligations.check"), value: <Checked check={check} /> },
        ],
        intents: async () => [action ? action.signing : intentOf(draft)],
        send: ([signed]) => (action ? confirmAction(action.id, signed!) : proposeObligation(signed!)),
      });
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  return (
    <Card title={t("obligations.due")} flush>
      {problem ? <div style={{ padding: 18 }}><ErrorCard problem={problem} /></div> : null}
      {failed ? <div style={{ padding: 18 }}><Told what={t("obligations.mismatch.what")} meaning={t("obligations.mismatch.meaning")} action={t("obligations.mismatch.action")} code="opening_mismatch" /></div> : null}
      <Rows rows={rows} rowKey={(row) => `${row.account}${row.plant}${row.period}${row.version}`} label={t("obligations.due")}
        columns={[
          { key: "enterprise", title: t("obligations.enterprise"), render: (row) => <span className="strong">{row.organisation || row.account}</span> },
          { key: "year", title: t("assets.year"), render: (row) => <span className="num">{row.period} v{row.version}</span> },
          { key: "digest", title: t("reports.digest"), render: (row) => <Hash value={row.statement_digest} /> },
          { key: "minted", title: t("reports.minted"), render: (row) => <Instant at={row.minted_at} /> },
          { key: "do", title: "", right: true, render: (row) => <Act row={row} onStart={(second) => void start(row, second)} /> },
        ]} />
    </Card>
  );
}

/** Every year that owes or owed: what is due, what was given, and whether its last day passed. */
function AlreadySet() {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useList<SetObligationRow>("oversight/obligations/", {}, { refetchInterval: 30_000 });
  const left = (row: SetObligationRow) => (BigInt(row.due_t) - BigInt(row.surrendered_t)).toString();
  return (
    <Card title={t("obligations.set")} flush>
      <List query={query} rowKey={(row) => `${row.account}${row.year}`} label={t("obligations.set")} empty={<Empty icon="shield" title={t("obligations.setNone")}>{t("obligations.setNoneText")}</Empty>}
        columns={[
          { key: "enterprise", title: t("obligations.enterprise"), render: (row) => <Link to="/enterprises/$account" params={{ account: row.account }} className="strong">{row.organisation || row.account}</Link> },
          { key: "year", title: t("assets.year"), render: (row) => <span className="num">{row.year}</span> },
          { key: "due", title: t("assets.due"), right: true, render: (row) => <Tonnes value={row.due_t} /> },
          { key: "done", title: t("assets.done"), right: true, render: (row) => <Tonnes value={row.surrendered_t} /> },
          { key: "left", title: t("obligations.left"), right: true, render: (row) => <Tonnes value={left(row)} /> },
          { key: "by", title: t("obligations.by"), render: (row) => <span className="num nowrap">{row.surrender_by}</span> },
          { key: "state", title: t("assets.state"), render: (row) => <StatusPill tone={row.late ? "danger" : row.state === "met" ? "ok" : "warn"}>{row.late ? t("obligations.late") : term("ObligationState", row.state)}</StatusPill> },
          { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id} /> },
        ]} />
    </Card>
  );
}

function Act({ row, onStart }: { row: DueReport; onStart: (second: boolean) => void }) {
  const { t } = useTranslation();
  if (row.action && !row.may_confirm) return <StatusPill tone="warn">{t("obligations.waits")}</StatusPill>;
  return <button type="button" className="button primary small" onClick={() => onStart(row.may_confirm)}><Icon name="pen" size={14} />{t(row.may_confirm ? "obligations.confirm" : "obligations.propose")}</button>;
}

function Checked({ check }: { check: Check }) {
  const { t } = useTranslation();
  return (
    <span className="row tight">
      <StatusPill tone="chain">{t("obligations.rootHolds")}</StatusPill>
      <StatusPill tone={check.box === "same" ? "ok" : "neutral"}>{t(check.box === "same" ? "obligations.boxHolds" : "obligations.boxNone")}</StatusPill>
    </span>
  );
}
