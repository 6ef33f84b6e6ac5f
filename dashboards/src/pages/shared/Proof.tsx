/** What proves a transaction: its hash, its block in the chain of hashes, who endorsed it, how long it took. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { oneTransaction, type TransactionDetail } from "@/api/oversight";
import { useListed, useTerm } from "@/labels";
import { Fact, Facts } from "@/ui/Card";
import { Answer, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

/** The word for a transaction's name; a configuration has none and shows its kind. */
export function useActName() {
  const { t } = useTranslation();
  return (name: string, kind = "") => t(`tx.${(name || kind) as "list"}`, { defaultValue: name || kind });
}

export function Proof({ tx }: { tx: string }) {
  const query = useQuery({ queryKey: ["transaction", tx], queryFn: () => oneTransaction(tx) });
  return <Answer query={query} rows={6}>{(data) => <ProofFacts data={data} />}</Answer>;
}

const ENDORSERS_MIN = 2;

function ProofFacts({ data }: { data: TransactionDetail }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useActName();
  const valid = data.code === "VALID";
  return (
    <div className="stack">
      <Notice tone={valid ? "chain" : "danger"} icon={valid ? "shield" : "alert"}>
        {valid ? t("proof.says", { n: data.endorsers.length, min: ENDORSERS_MIN, block: data.block.number }) : t("proof.invalid", { code: data.code })}
      </Notice>
      <Facts>
        <Fact label={t("assets.name")}><strong>{name(data.name, data.kind)}</strong></Fact>
        <Fact label={t("chain.verdict")}><StatusPill tone={valid ? "ok" : "danger"}>{data.code}</StatusPill></Fact>
        <Fact label={t("market.tx")}><span className="mono wrap-anywhere">{data.tx_id}</span></Fact>
        <Fact label={t("chain.endorsers")}><Endorsers list={data.endorsers} /><Peers list={data.peers} /></Fact>
        <Fact label={t("chain.creator")}>{term("Msp", data.creator_msp)}</Fact>
        <Fact label={t("proof.confirmed")}>{data.confirmed_ms === null ? <span className="muted">{t("proof.notOurs")}</span> : <span className="num">{data.confirmed_ms} {t("unit.ms")}</span>}</Fact>
        <Fact label={t("assets.block")}><Link className="num" to="/chain" search={{ q: String(data.block.number) }}>#{data.block.number}</Link> · <Instant at={data.created_at} /></Fact>
        <Fact label={t("chain.hash")}><span className="mono wrap-anywhere">{data.block.header_hash}</span></Fact>
        <Fact label={t("chain.previous")}><span className="mono wrap-anywhere">{data.block.previous_hash}</span></Fact>
        <Fact label={t("chain.data")}><span className="mono wrap-anywhere">{data.block.data_hash}</span></Fact>
        {data.account ? <Fact label={t("keys.account")}><span className="mono">{data.account}</span></Fact> : null}
        {data.person ? <Fact label={t("keys.person")}><span className="mono">{data.person}</span></Fact> : null}
        <Fact label={t("chain.objects")}><Written data={data} /></Fact>
      </Facts>
      <Link className="button small" to="/trace" search={{ q: data.tx_id }}>{t("menu.trace")}</Link>
    </div>
  );
}

/** The very peers, by the names and digests of their certificates: what a signature in the block is checked with. */
function Peers({ list }: { list: TransactionDetail["peers"] }) {
  const { t } = useTranslation();
  const term = useTerm();
  if (list.length === 0) return null;
  return (
    <ul className="stack tight small">
      {list.map((peer) => <li key={peer.fingerprint}>{term("Msp", peer.msp)} · <span className="mono">{peer.name || "—"}</span> <span className="mono muted wrap-anywhere">{t("proof.fingerprint", { digest: peer.fingerprint })}</span></li>)}
    </ul>
  );
}

/** Each key that was written, on a line of its own; what can be followed leads there. */
function Written({ data }: { data: TransactionDetail }) {
  if (data.keys.length === 0) return <span className="mono wrap-anywhere">{data.objects.join("  ")}</span>;
  return (
    <ul className="stack tight small">
      {data.keys.map((key) => {
        const token = tokenOf(key);
        const text = <span className="mono wrap-anywhere">{key.join("~")}</span>;
        return <li key={key.join("~")}>{token ? <Link to="/trace" search={{ q: token }}>{text}</Link> : text}</li>;
      })}
    </ul>
  );
}

/** What a trace is asked by: a lot's first serial, a coin output, a trade. */
function tokenOf([object = "", ...parts]: readonly (string | number)[]): string {
  if (object === "lot") return parts.map((part) => String(part)).join("-");
  if (object === "coin") return parts.join(":");
  return object === "trade" ? String(parts.join("-")) : "";
}

/** The organisations that endorsed, and how many of three. */
export function Endorsers({ list }: { list: readonly string[] }) {
  const term = useTerm();
  const listed = useListed();
  return <>{listed(list.map((each) => term("Msp", each))) || "—"} <span className="num muted">{list.length}/3</span></>;
}
