/** The auditor's own calculation: the report's input through the same formulas, in this browser, beside platform and ledger. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Statement } from "@/api/accounting";
import { recomputation, type Recomputation } from "@/api/cases";
import { compared, opens, type Compared, type Figure, type Opened } from "@/lib/figures";
import { get } from "@/lib/fetch";
import { problemFrom } from "@/lib/problem";
import { ok, type Result } from "@/lib/result";
import type { Engine } from "@/recompute/protocol";
import { start, warm, type Cannot, type Runner } from "@/recompute/runner";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Answer, ErrorCard, Notice } from "@/ui/states";
import { FiguresTable, Lamps } from "./RecomputedFigures";
import { WhatIf } from "./WhatIf";

export type Frozen = Statement & { input: { streams: Record<string, unknown>[] }; commitment: { root: string; figures: Opened[] } };

interface Done {
  rows: Compared[];
  opened: { digest: boolean; root: boolean };
  engine: string;
  first: boolean;
  bootMs: number;
  importMs: number;
  runMs: number;
  totalMs: number;
}

export function Page() {
  const { case: id } = useParams({ strict: false }) as { case: string };
  const query = useQuery({ queryKey: ["recomputation", id], queryFn: () => recomputation(id), staleTime: Infinity });
  // Python starts while the report is on its way; the view below takes what was started here.
  useEffect(() => { if (query.isPending) warm(); }, [query.isPending]);
  return <Answer query={query} rows={8}>{(data) => <View id={id} data={data} />}</Answer>;
}

function View({ id, data }: { id: string; data: Recomputation }) {
  const { t } = useTranslation();
  const [report] = useState(() => JSON.parse(data.content) as Frozen);
  const { calculate, runner } = useCalculation(data, report);
  const done = calculate.data && "rows" in calculate.data ? calculate.data : null;
  const cannot = calculate.data && "why" in calculate.data ? calculate.data : null;
  return (
    <>
      <PageHead title={t("recompute.title")} sub={<>{report.entity.name} · <span className="num">{report.period}</span> · v{report.version}</>}>
        <Link to="/review/$case" params={{ case: id }} className="button">{t("recompute.back")}</Link>
        <button type="button" className="button primary" disabled={calculate.isPending} onClick={() => calculate.mutate()}>
          <Icon name="pulse" size={16} />{t(calculate.isPending ? "recompute.running" : done ? "recompute.again" : "recompute.run")}
        </button>
      </PageHead>
      <div className="stack" aria-live="polite">
        {!done && !cannot && !calculate.isPending ? <Notice icon="shield">{t("recompute.intro")}</Notice> : null}
        {calculate.isPending ? <Notice icon="pulse">{t(runner ? "recompute.running" : "recompute.loading")}</Notice> : null}
        {calculate.error ? <ErrorCard problem={problemFrom(calculate.error)} retry={() => calculate.mutate()} /> : null}
        {cannot ? <CannotNotice cannot={cannot} /> : null}
        {done ? <Lamps rows={done.rows} opened={done.opened} /> : null}
        {done ? <Timing done={done} /> : null}
      </div>
      {done ? (
        <div className="columns two-one">
          <div className="stack">
            <FiguresTable rows={done.rows} report={report} />
            <WhatIf report={report} runner={runner} />
          </div>
          <Proof data={data} report={report} done={done} />
        </div>
      ) : null}
    </>
  );
}

type Started = Result<{ runner: Runner; engine: Engine }, Cannot>;

async function started(guideline: string): Promise<Started> {
  const engine = await get<Engine>(`guidelines/${guideline}/engine/`);
  const runner = await start(engine);
  return runner.ok ? ok({ runner: runner.value, engine }) : runner;
}

/** Python starts when the page opens, while its first lines are read, and lives until the page is left. */
function useCalculation(data: Recomputation, report: Frozen) {
  const held = useRef<Promise<Started> | null>(null);
  const [runner, setRunner] = useState<Runner | null>(null);
  const calculated = useRef(false);
  useEffect(() => {
    const starting = started(report.guideline.id);
    // A failure is told when it is asked for, not as an unhandled one.
    starting.then((found) => found.ok && setRunner(found.value.runner), () => undefined);
    held.current = starting;
    return () => {
      held.current = null;
      starting.then((found) => found.ok && found.value.runner.stop(), () => undefined);
    };
  }, [report.guideline.id]);
  const calculate = useMutation({
    mutationFn: async (): Promise<Done | Cannot> => {
      const began = performance.now();
      const first = !calculated.current;
      const found = await (held.current ?? started(report.guideline.id)).catch((error: unknown) => {
        // The engine's files may come the next time; a start that failed is not kept.
        held.current = null;
        throw error;
      });
      if (!found.ok) {
        held.current = null;
        return found.error;
      }
      const { runner, engine } = found.value;
      held.current = Promise.resolve(found);
      const said = await runner.recompute(data.content);
      if (!said.ok) return said.error;
      const own = JSON.parse(said.value.text) as { figures: Figure[]; by_trees: Figure[] };
      const rows = compared({ platform: data.platform.figures, browser: own.figures, trees: own.by_trees, opened: report.commitment.figures });
      calculated.current = true;
      const opened = await opens(data.content, report.commitment.figures, { digest: data.ledger.digest, root: data.ledger.figures_root });
      return { rows, opened, engine: engine.digest, first, bootMs: runner.bootMs, importMs: runner.importMs, runMs: said.value.runMs, totalMs: performance.now() - began };
    },
  });
  return { calculate, runner };
}

function CannotNotice({ cannot }: { cannot: Cannot }) {
  const { t } = useTranslation();
  return (
    <Notice tone="warn" icon="alert">
      <strong>{t(`recompute.cannot.${cannot.why}`)}</strong>
      <p>{t("recompute.cannotMeaning")}</p>
      {cannot.why === "failed" ? <p className="mono small">{cannot.problem}</p> : null}
    </Notice>
  );
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);

function Timing({ done }: { done: Done }) {
  const { t } = useTranslation();
  const words = { boot: seconds(done.bootMs), engine: seconds(done.importMs), run: seconds(done.runMs), total: seconds(done.totalMs) };
  return <p className="small muted" data-total-ms={Math.round(done.totalMs)} data-first={done.first}>{t(done.first ? "recompute.timeCold" : "recompute.timeWarm", words)}</p>;
}

function Proof({ data, report, done }: { data: Recomputation; report: Frozen; done: Done }) {
  const { t } = useTranslation();
  return (
    <Card title={t("recompute.proof")}>
      <Facts>
        <Fact label={t("reports.digest")}><Hash value={data.ledger.digest} /></Fact>
        <Fact label={t("recompute.root")}><Hash value={data.ledger.figures_root} /></Fact>
        <Fact label={t("reports.submittedTx")}><Hash value={data.ledger.tx_id} /></Fact>
        <Fact label={t("reports.block")}><span className="num">#{data.ledger.block_number}</span></Fact>
        <Fact label={t("recompute.guidelineHash")}><Hash value={report.guideline.hash} /></Fact>
        <Fact label={t("recompute.engine")}><Hash value={done.engine} /></Fact>
      </Facts>
      <p className="small muted">{t("recompute.copyNote")}</p>
      <p className="small muted"><a href="/static/ui/third-party.txt" target="_blank" rel="noreferrer">{t("recompute.licences")}</a></p>
    </Card>
  );
}
