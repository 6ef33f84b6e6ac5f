/** Signed acts that have not reached the ledger in time: where they are, why, and what to do about it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { can, useMyself } from "@/api/me";
import { pageOf, retryIntent, stuckIntents, type StuckRow } from "@/api/outbox";
import { useTerm, useWords } from "@/labels";
import { problemFrom } from "@/lib/problem";
import { Card, PageHead } from "@/ui/Card";
import { Rows } from "@/ui/List";
import { Answer, Empty, ErrorCard } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Age, Instant, useNow } from "@/ui/time";

const TONES: Record<string, Tone> = { expired: "danger", behind: "neutral", not_read: "chain" };

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useQuery({ queryKey: ["stuck"], queryFn: stuckIntents, refetchInterval: 5_000 });
  return (
    <>
      <PageHead title={t("outbox.title")} sub={t("outbox.sub")}>
        <StatusPill tone="neutral">{t(can(me, "see_network") ? "outbox.all" : "outbox.own")}</StatusPill>
      </PageHead>
      <Card flush>
        <Answer query={query} isEmpty={(rows) => rows.length === 0} empty={<Empty icon="check" title={t("outbox.none")}>{t("outbox.noneText")}</Empty>}>
          {(rows) => <Table rows={rows} />}
        </Answer>
      </Card>
    </>
  );
}

function Table({ rows }: { rows: readonly StuckRow[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const now = useNow();
  return (
    <Rows rows={rows} rowKey={(row) => row.id} label={t("outbox.title")}
      columns={[
        { key: "what", title: t("outbox.what"), render: (row) => <div className="stack tight"><span className="strong">{t(`tx.${row.name as "list"}`, { defaultValue: row.name })}</span><StatusPill tone={TONES[row.trouble] ?? "warn"}>{term("OutboxState", row.state)}</StatusPill></div> },
        { key: "who", title: t("outbox.who"), render: (row) => row.organisation || (row.account ? <span className="mono">{row.account}</span> : t("outbox.service")) },
        { key: "since", title: t("outbox.since"), render: (row) => <div className="stack tight"><Instant at={row.since} /><span className="small muted">{t("outbox.age")} <Age at={row.since} now={now} /></span></div> },
        { key: "why", title: t("outbox.why"), render: (row) => <Why row={row} /> },
        { key: "todo", title: t("outbox.todo"), render: (row) => <Todo row={row} /> },
      ]} />
  );
}

function Why({ row }: { row: StuckRow }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <div className="stack tight">
      <span>{words(row.why)}</span>
      <span className="small muted">{t("outbox.attempts", { n: row.attempts })}{row.next_at && row.state !== "expired" ? <> · {t("outbox.next")} <Instant at={row.next_at} clock /></> : null}</span>
      {row.nodes ? <details className="small"><summary>{t("outbox.nodes")}</summary><code className="wrap-anywhere">{row.nodes}</code></details> : null}
    </div>
  );
}

function Todo({ row }: { row: StuckRow }) {
  const { t } = useTranslation();
  const me = useMyself();
  const words = useWords();
  const client = useQueryClient();
  const retry = useMutation({ mutationFn: () => retryIntent(row.id), onSettled: () => void client.invalidateQueries({ queryKey: ["stuck"] }) });
  return (
    <div className="stack tight">
      <span>{words(row.action)}</span>
      {row.remedy === "sign_again" && row.account === me.account ? <div className="row"><Link className="button small" to={pageOf(row.name)}>{t("outbox.signAgain")}</Link></div> : null}
      {row.remedy === "sign_again" || row.remedy === "wait" ? null : (
        <div className="row tight">
          <button type="button" className="button small" disabled={retry.isPending} onClick={() => retry.mutate()}>{t("outbox.retry")}</button>
          {retry.isSuccess ? <span className="small muted" role="status">{t("outbox.retried")}</span> : null}
        </div>
      )}
      {retry.error ? <ErrorCard problem={problemFrom(retry.error)} /> : null}
    </div>
  );
}
