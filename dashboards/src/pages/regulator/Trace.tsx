/** Follows a tonne, a coin or a report: the graph as a picture and as a table, amounts conserved at every node. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { can, useMyself } from "@/api/me";
import { trace, type Trace, type TraceNode } from "@/api/oversight";
import { useTerm } from "@/labels";
import { formatted, major } from "@/lib/decimal";
import { MetersBehind } from "@/pages/shared/MetersBehind";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Hash } from "@/ui/Hash";
import { Rows } from "@/ui/List";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";
import { TraceGraph, useNodeWords } from "./TraceGraph";
import "@/ui/calc.css";
import "./wall.css";

export function Page() {
  const { t } = useTranslation();
  const { q } = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t("trace.title")} sub={t("trace.sub")} />
      <div className="stack">
        <Card>
          <form className="purpose" onSubmit={(event) => { event.preventDefault(); void navigate({ to: "/trace", search: { q: String(new FormData(event.currentTarget).get("token")).trim() } }); }}>
            <Field label={t("trace.token")} hint={t("trace.hint")}>{(ids) => <input {...ids} key={q} className="input mono" name="token" defaultValue={q ?? ""} spellCheck={false} autoComplete="off" />}</Field>
            <button type="submit" className="button primary" style={{ marginBottom: 22 }}>{t("trace.go")}</button>
          </form>
        </Card>
        {q ? <Found token={q} /> : <Card><Empty icon="trace" title={t("trace.none")}>{t("trace.noneText")}</Empty></Card>}
      </div>
    </>
  );
}

function Found({ token }: { token: string }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["trace", token], queryFn: () => trace(token) });
  if (query.error && "problem" in query.error && (query.error as { problem: { status: number } }).problem.status === 404)
    return <Card><Empty icon="search" title={t("trace.missing")}>{t(can(me, "oversee") ? "basis.nowhere" : "trace.missingText")}</Empty></Card>;
  return <Answer query={query}>{(data) => (data.kind === "report" ? <ReportWay data={data} /> : <Graph data={data} />)}</Answer>;
}

export function amountText(data: Trace, amount: string): string {
  return data.kind === "coin" ? formatted(major(amount, 2), 2) : formatted(amount, 0);
}

function Graph({ data }: { data: Trace }) {
  const { t } = useTranslation();
  const nodes = data.nodes;
  const broken = nodes.filter((node) => node.conserved === false);
  return (
    <>
      {broken.length > 0
        ? <Notice tone="danger" icon="alert">{t("trace.broken", { n: broken.length })}{data.edges.some((edge) => edge.broken) ? ` ${t("way.torn")}` : ""}</Notice>
        : <Notice tone="ok" icon="check">{t("trace.conserved", { n: nodes.length })}{data.cut ? ` ${t("trace.cut")}` : ""}</Notice>}
      <Card title={t("trace.graph")} note={<span className="wrap-anywhere">{data.token}</span>}><TraceGraph data={data} /></Card>
      <Card title={t("trace.table")} flush><NodeTable data={data} nodes={nodes} /></Card>
    </>
  );
}

function NodeTable({ data, nodes }: { data: Trace; nodes: readonly TraceNode[] }) {
  const { t } = useTranslation();
  const words = useNodeWords();
  const equation = (node: TraceNode) => t("way.equation", { in: amountText(data, node.amount_in), born: amountText(data, node.born), out: amountText(data, node.amount_out), rest: amountText(data, node.rest) });
  const unit = data.kind === "coin" ? t("unit.coin") : t("unit.tonne");
  return (
    <Rows rows={nodes} rowKey={(node) => node.id} label={t("trace.table")}
      columns={[
        { key: "what", title: t("trace.what"), render: (node) => <span className="strong nowrap">{words(node)}</span> },
        { key: "who", title: t("trace.who"), render: (node) => (node.organisation ? <span className="nowrap">{node.organisation}</span> : node.account ? <span className="mono">{node.account}</span> : data.kind === "coin" && node.kind === "transaction" ? "—" : t("trace.hidden")) },
        { key: "at", title: t("assets.at"), render: (node) => <Instant at={node.at} /> },
        { key: "in", title: `${t("trace.in")} (${unit})`, right: true, render: (node) => <span className="num">{amountText(data, node.amount_in)}</span> },
        { key: "born", title: t("trace.born"), right: true, render: (node) => <span className="num">{amountText(data, node.born)}</span> },
        { key: "out", title: t("trace.out"), right: true, render: (node) => <span className="num">{amountText(data, node.amount_out)}</span> },
        { key: "rest", title: t("trace.rest"), right: true, render: (node) => <span className="num">{amountText(data, node.rest)}</span> },
        { key: "price", title: t("way.price"), right: true, render: (node) => <Prices node={node} /> },
        { key: "ok", title: "", render: (node) => (node.conserved === null ? null : <span title={equation(node)}><StatusPill tone={node.conserved ? "ok" : "danger"}>{t(node.conserved ? "trace.balanced" : "trace.unbalanced")}</StatusPill></span>) },
        { key: "tx", title: t("market.tx"), render: (node) => (node.tx_id ? <Link to="/chain" search={{ q: node.tx_id }}>{t("proof.open")}</Link> : "—") },
      ]} />
  );
}

/** Own legs' quantity and price; nothing where a trade is somebody else's. */
function Prices({ node }: { node: TraceNode }) {
  const { t } = useTranslation();
  if (node.trades.length === 0) return <>—</>;
  const merged = new Map<string, bigint>();
  for (const each of node.trades) merged.set(each.price_cents, (merged.get(each.price_cents) ?? 0n) + BigInt(each.quantity));
  return <div className="stack tight">{[...merged].map(([price, quantity]) => <span key={price} className="num">{t("way.priceOf", { q: formatted(String(quantity), 0), p: formatted(major(price, 2), 2) })}</span>)}</div>;
}

function ReportWay({ data }: { data: Trace }) {
  const { t } = useTranslation();
  const me = useMyself();
  const term = useTerm();
  return (
    <>
    <div className="columns one-one">
      <Card title={t("trace.report")}>
        <Facts>
          <Fact label={t("queue.enterprise")}>{data.organisation || "—"}</Fact>
          <Fact label={t("periods.plant")}>{data.plant}</Fact>
          <Fact label={t("periods.period")}>{data.period} v{data.version}</Fact>
          <Fact label={t("periods.state")}><StatusPill tone="chain">{term("ReportState", data.state)}</StatusPill></Fact>
          <Fact label={t("reports.digest")}><Hash value={data.token} /></Fact>
          <Fact label={t("way.anchors")}>{t("way.anchorsOf", { n: data.anchors ?? 0 })}</Fact>
          {data.before ? <Fact label={t("way.before")}><Link to="/trace" search={{ q: data.before }}><Hash value={data.before} /></Link></Fact> : null}
          {data.after ? <Fact label={t("way.after")}><Link to="/trace" search={{ q: data.after }}><Hash value={data.after} /></Link></Fact> : null}
        </Facts>
      </Card>
      <Card title={t("trace.way")}>
        <ol className="timeline">
          {(data.steps ?? []).map((step) => (
            <li key={`${step.name}${step.tx_id}`} data-chain="true">
              <span className="strong">{t(`tx.${step.name as "list"}`)}</span>{" "}
              {step.due_t ? <span className="small">{t("way.due", { n: formatted(step.due_t, 0) })}</span> : null}
              {step.quantity ? <span className="small">{t("way.given", { n: formatted(step.quantity, 0) })}</span> : null}
              <div className="row small muted"><Instant at={step.at} /><Link to="/chain" search={{ q: step.tx_id }}>{t("proof.open")}</Link><Hash value={step.tx_id} /></div>
            </li>
          ))}
        </ol>
      </Card>
    </div>
    {data.account && (data.account === me.account || can(me, "look_into_tenant")) ? <MetersBehind key={data.token} account={data.account} plant={data.plant ?? ""} period={data.period ?? ""} /> : null}
    {data.nodes.length > 0 ? <Graph data={data} /> : <Notice icon="info">{t("way.noAmounts")}</Notice>}
    </>
  );
}
