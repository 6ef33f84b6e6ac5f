/** The ledger as this product sees it: height and confirmation times, then business, then blocks; each with its proof. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { chainStatus, oneBlock, type BlockRow } from "@/api/oversight";
import { useTopicEvents } from "@/live";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { List, Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Tile } from "@/ui/Tile";
import { Instant } from "@/ui/time";
import { Business } from "./Business";
import { Proof, useActName } from "./Proof";

const SidePanel = lazy(() => import("@/ui/antd/SidePanel").then((module) => ({ default: module.SidePanel })));

const BLOCK = /^\d{1,12}$/;

export function Page() {
  const { t } = useTranslation();
  const { q } = useSearch({ strict: false });
  const navigate = useNavigate();
  const client = useQueryClient();
  // A block has a short number, a transaction 64 signs: both live in the address.
  const block = q && BLOCK.test(q) ? Number(q) : null;
  const show = (token: string | number) => void navigate({ to: "/chain", search: { q: String(token) } });
  useTopicEvents("chain", () => {
    void client.invalidateQueries({ queryKey: ["chain-status"] });
    void client.invalidateQueries({ queryKey: ["explorer/blocks/"] });
  });
  return (
    <>
      <PageHead title={t("chain.title")} sub={t("chain.sub")} />
      <div className="stack">
        <Status />
        <Business onProof={show} />
        <Blocks onOpen={show} />
        <Notice icon="info">{t("chain.honest")}</Notice>
      </div>
      {q && block === null ? (
        <Suspense fallback={null}>
          <SidePanel open title={t("proof.title")} onClose={() => void navigate({ to: "/chain", search: {} })} width={640}><Proof tx={q} /></SidePanel>
        </Suspense>
      ) : null}
      {block === null ? null : (
        <Suspense fallback={null}>
          <SidePanel open title={t("chain.block", { n: block })} onClose={() => void navigate({ to: "/chain", search: {} })} width={640}>
            <Block number={block} onTransaction={show} />
          </SidePanel>
        </Suspense>
      )}
    </>
  );
}

function Status() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["chain-status"], queryFn: chainStatus, refetchInterval: 10_000 });
  const data = query.data;
  const number = (value: number | undefined) => (value === undefined ? null : String(value));
  return (
    <div className="tiles">
      <Tile label={t("chain.height")} loading={query.isPending} foot={<Instant at={data?.last_block_at} />}><Num value={number(data?.height)} /></Tile>
      <Tile label={t("chain.transactions")} loading={query.isPending}><Num value={number(data?.transactions)} /></Tile>
      <Tile label={t("chain.committed")} loading={query.isPending} foot={t("chain.of", { n: data?.committed_ms.count ?? 0 })}><Num value={number(data?.committed_ms.p50)} /><span className="unit">/ {data?.committed_ms.p95 ?? "—"} {t("unit.ms")}</span></Tile>
      <Tile label={t("chain.readable")} loading={query.isPending}><Num value={number(data?.readable_ms.p50)} /><span className="unit">/ {data?.readable_ms.p95 ?? "—"} {t("unit.ms")}</span></Tile>
      <Tile label={t("chain.waiting")} loading={query.isPending} foot={<Link to="/outbox">{data && data.waiting > 0 ? t("chain.oldest", { n: data.oldest_waiting_s }) : t("outbox.title")}</Link>}><Num value={number(data?.waiting)} /></Tile>
    </div>
  );
}

function Blocks({ onOpen }: { onOpen: (number: number) => void }) {
  const { t } = useTranslation();
  const query = useList<BlockRow>("explorer/blocks/", { limit: 15 });
  return (
    <Card title={t("chain.blocks")} flush>
      <List query={query} rowKey={(row) => String(row.number)} label={t("chain.blocks")} empty={<Empty icon="network" title={t("chain.none")} />}
        columns={[
          { key: "number", title: t("chain.number"), render: (row) => <button type="button" className="button plain small num" onClick={() => onOpen(row.number)}>#{row.number}</button> },
          { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.seen_at} /> },
          { key: "n", title: t("chain.transactions"), right: true, render: (row) => <span className="num">{row.transactions}</span> },
          { key: "hash", title: t("chain.hash"), render: (row) => <Hash value={row.header_hash} /> },
          { key: "previous", title: t("chain.previous"), render: (row) => <Hash value={row.previous_hash} /> },
        ]} />
    </Card>
  );
}

function Block({ number, onTransaction }: { number: number; onTransaction: (tx: string) => void }) {
  const { t } = useTranslation();
  const name = useActName();
  const query = useQuery({ queryKey: ["block", number], queryFn: () => oneBlock(number) });
  return (
    <Answer query={query}>
      {(data) => (
        <div className="stack">
          <Facts>
            <Fact label={t("chain.hash")}><span className="mono wrap-anywhere">{data.header_hash}</span></Fact>
            <Fact label={t("chain.previous")}><span className="mono wrap-anywhere">{data.previous_hash}</span>{number > 0 ? <> <Link className="num" to="/chain" search={{ q: String(number - 1) }}>#{number - 1}</Link></> : null}</Fact>
            <Fact label={t("chain.data")}><span className="mono wrap-anywhere">{data.data_hash}</span></Fact>
          </Facts>
          <Rows rows={data.content} rowKey={(row) => `${row.number}`} label={t("chain.transactions")}
            columns={[
              { key: "name", title: t("assets.name"), render: (row) => (row.tx_id ? <button type="button" className="button plain small" onClick={() => onTransaction(row.tx_id)}>{name(row.name, row.kind)}</button> : <span className="small muted">{name(row.name, row.kind)}</span>) },
              { key: "code", title: t("chain.verdict"), render: (row) => <StatusPill tone={row.code === "VALID" ? "ok" : "danger"}>{row.code}</StatusPill> },
              { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.tx_id} /> },
            ]} />
        </div>
      )}
    </Answer>
  );
}
