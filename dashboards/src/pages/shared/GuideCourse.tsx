/** One guideline's course: its steps beside the one that is read, the worked example, templates and questions. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { course, templateUrl, type Course, type CourseStep, type MarkedDefault } from "@/api/guide";
import { useTerm, useWords } from "@/labels";
import { compounds } from "@/lib/compounds";
import { plainField, stepFor } from "@/lib/guide";
import { asLine } from "@/pages/visitor/computed";
import { CalcTable } from "@/ui/CalcTable";
import { Card, PageHead } from "@/ui/Card";
import { useClause } from "@/ui/clauses";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Answer } from "@/ui/states";
import type { GuideBase } from "./GuideHome";
import { GuideText } from "./GuideText";
import "./guide.css";

export function GuideCourse({ to }: { to: GuideBase }) {
  const { guideline } = useParams({ strict: false }) as { guideline: string };
  const query = useQuery({ queryKey: ["course", guideline], queryFn: () => course(guideline), staleTime: 3_600_000 });
  return <Answer query={query} rows={8}>{(data) => <View data={data} to={to} />}</Answer>;
}

function View({ data, to }: { data: Course; to: GuideBase }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const clause = useClause();
  const asked = useSearch({ strict: false }) as { step?: string; stream?: string; field?: string; about?: string };
  const current = stepFor(data, asked)!;
  const at = data.steps.indexOf(current);
  const { guideline } = data;
  return (
    <>
      <PageHead title={i18n.language === "en" ? guideline.en : guideline.zh} sub={<>{term("Regime", guideline.regime)} · {clause(guideline.source)}</>}>
        <Link to={to === "/guide/$guideline" ? "/guide" : "/help"} className="button">{t("guide.all")}</Link>
        <Link to="/try" search={{ guideline: guideline.id }} className="button"><Icon name="ledger" size={16} />{t("guide.try")}</Link>
      </PageHead>
      <div className="guide">
        <Contents data={data} current={current} to={to} />
        <div className="stack">
          <Reading data={data} step={current} at={at} to={to} field={plainField(asked.field)} />
          <Templates id={guideline.id} />
          <Questions data={data} />
        </div>
      </div>
    </>
  );
}

function Contents({ data, current, to }: { data: Course; current: CourseStep; to: GuideBase }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <nav className="guide-steps" aria-label={t("guide.steps")}>
      <ol>
        {data.steps.map((step, at) => (
          <li key={step.key}>
            <Link to={to} params={{ guideline: data.guideline.id }} search={{ step: step.key }} aria-current={step === current ? "step" : undefined}>
              <span className="num">{at + 1}</span><span>{compounds(words(step.title))}</span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Reading({ data, step, at, to, field: asked }: { data: Course; step: CourseStep; at: number; to: GuideBase; field: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const term = useTerm();
  const heading = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  // Going on to a step puts a reader of the screen at its beginning; opening the page does not.
  useEffect(() => {
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [step.key]);
  const beside = [data.steps[at - 1], data.steps[at + 1]] as const;
  const name = (field: string) => (field === "quantity" ? t("period.quantity") : field === "balance" ? t("guide.balance") : compounds(term("Property", field)));
  return (
    <div ref={heading} tabIndex={-1} data-step={step.key}>
      <Card title={<>{at + 1} · {compounds(words(step.title))}</>} note={t("guide.of", { at: at + 1, all: data.steps.length })}>
        <div className="stack">
          <GuideText text={words(step.text)} />
          {step.fields.length > 0 ? <p className="small muted">{t("guide.fields")}: {step.fields.map((field, index) => <span key={field}>{index ? " · " : ""}{field === asked ? <mark id={`field-${field}`}>{name(field)}</mark> : name(field)}</span>)}</p> : null}
          {step.marked.length > 0 ? <Marked rows={step.marked} /> : null}
          {step.example ? <Example data={data} /> : null}
          <div className="row apart">
            {beside[0] ? <Link to={to} params={{ guideline: data.guideline.id }} search={{ step: beside[0].key }} className="button">{compounds(words(beside[0].title))}</Link> : <span />}
            {beside[1] ? <Link to={to} params={{ guideline: data.guideline.id }} search={{ step: beside[1].key }} className="button primary">{compounds(words(beside[1].title))}</Link> : null}
          </div>
        </div>
      </Card>
    </div>
  );
}

/** Defaults that nobody compared with the print, and those the set lists without a figure. */
function Marked({ rows }: { rows: readonly MarkedDefault[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useWords();
  return (
    <details data-marked={rows.length}>
      <summary>{t("guide.marked")} <span className="muted num">{rows.length}</span></summary>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("guide.marked")}>
        <table className="grid">
          <thead><tr><th scope="col">{t("guide.item")}</th><th scope="col">{t("trial.parameter")}</th><th scope="col" className="right">{t("guide.value")}</th><th scope="col">{t("period.set")}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.set} ${row.item.en} ${row.parameter} ${row.variant}`}>
                <td>{compounds(words(row.item))}{row.variant ? <span className="small muted"> · {term("Variant", row.variant)}</span> : null}</td>
                <td>{compounds(term("Property", row.parameter))}</td>
                <td className="right">{row.value ? <Num value={row.value} unit={term("Unit", row.unit)} /> : t("guide.noValue")}</td>
                <td className="mono small">{row.set}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Example({ data }: { data: Course }) {
  const { t } = useTranslation();
  const total = data.example.result.total_tco2e ?? null;
  return (
    <div className="stack tight" data-example={total}>
      <p className="small muted">{t("guide.case", { id: data.example.case })}</p>
      <CalcTable lines={data.example.lines.map(asLine)} total={total} graded={false} />
    </div>
  );
}

function Templates({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return (
    <Card title={t("guide.templates")} note={t("guide.templatesNote")}>
      <div className="row">
        {(["xlsx", "csv"] as const).map((kind) => <a key={kind} className="button small" href={templateUrl(id, kind, language)}><Icon name="download" size={15} />{t(`guide.${kind}`)}</a>)}
      </div>
    </Card>
  );
}

function Questions({ data }: { data: Course }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Card title={t("guide.questions")}>
      <div className="stack tight">
        {data.questions.map((one) => <details key={one.question.en}><summary>{compounds(words(one.question))}</summary><p>{compounds(words(one.answer))}</p></details>)}
      </div>
    </Card>
  );
}
