/** Where a plant stands among its peers, measure by measure: its figure, their mean, the share of them below it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { peersOf, type PeerPlace } from "@/api/radar";
import { useWords } from "@/labels";
import { Card } from "./Card";
import { Rows } from "./List";
import { Num } from "./Num";
import { Answer, Empty } from "./states";
import { StatusPill } from "./StatusPill";
import { Instant } from "./time";

/** path: `cases/{id}` for its auditor, `plant-models/{plant}` for the enterprise. */
export function PeersAt({ path }: { path: string }) {
  const query = useQuery({ queryKey: ["peers", path], queryFn: () => peersOf(path), staleTime: 60_000 });
  return <Answer query={query} rows={3}>{(data) => <Peers rows={data.results} />}</Answer>;
}

export function Peers({ rows }: { rows: readonly PeerPlace[] }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Card title={t("peers.title")} note={t("peers.note")} flush={rows.length > 0}>
      {rows.length === 0 ? <Empty icon="pulse" title={t("peers.none")}>{t("peers.noneText")}</Empty> : (
        <Rows rows={rows} rowKey={(row) => `${row.period}${row.measure}`} label={t("peers.byPeriod")}
          columns={[
            { key: "period", title: t("peers.period"), render: (row) => <span className="num">{row.period}</span> },
            { key: "measure", title: t("peers.measure"), render: (row) => words(row.words) },
            { key: "own", title: t("peers.own"), right: true, render: (row) => <Num value={row.own} places={4} unit={row.unit} /> },
            { key: "mean", title: t("peers.mean"), right: true, render: (row) => (row.peers === null ? <span className="muted small">{t(row.made_at === null ? "peers.few" : "peers.later")}</span> : <Num value={row.mean} places={4} unit={row.unit} />) },
            { key: "deviation", title: t("peers.deviation"), right: true, render: (row) => (row.deviation_percent === null ? "—" : <span className="num">{row.deviation_percent}%</span>) },
            { key: "place", title: t("peers.place"), render: (row) => <Where row={row} /> },
            { key: "made", title: t("peers.made"), render: (row) => (row.made_at ? <Instant at={row.made_at} /> : "—") },
          ]} />
      )}
    </Card>
  );
}

/** The percentile as a mark on a line, and in words; who is beyond all others is told so. */
function Where({ row }: { row: PeerPlace }) {
  const { t } = useTranslation();
  if (row.percentile === null) return <>—</>;
  const said = t("peers.percentile", { percent: row.percentile, n: row.peers });
  return (
    <span className="stack close">
      <span role="img" aria-label={said} style={{ position: "relative", display: "block", width: 120, height: 8, borderRadius: 4, background: "var(--surface-3)" }}>
        <span style={{ position: "absolute", top: -2, bottom: -2, left: `calc(${row.percentile}% - 2px)`, width: 4, borderRadius: 2, background: row.edge ? "var(--warn)" : "var(--ink-2)" }} />
      </span>
      {row.edge ? <StatusPill tone="warn" says>{t(row.edge === "lowest" ? "peers.lowest" : "peers.highest", { n: row.peers })}</StatusPill> : <span className="small muted">{said}</span>}
    </span>
  );
}
