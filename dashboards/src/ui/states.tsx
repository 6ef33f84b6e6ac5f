/** What a page shows when it has nothing to show yet, nothing at all, or a reason why not. */
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemFrom, type Problem } from "@/lib/problem";
import { Icon, type IconName } from "./Icon";

export function Skeleton({ width = "100%", height = 14 }: { width?: string | number; height?: number }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />;
}

export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="stack" role="status" aria-label={t("ui.loading")}>
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={22} width={`${92 - ((i * 17) % 40)}%`} />)}
    </div>
  );
}

export function Empty({ icon = "inbox", title, children }: { icon?: IconName; title: string; children?: React.ReactNode }) {
  return (
    <div className="state">
      <span className="state-icon"><Icon name={icon} size={28} /></span>
      <div className="state-title">{title}</div>
      {children ? <div>{children}</div> : null}
    </div>
  );
}

function useParts(problem: Problem) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  const own = problem.refusal === "offline" || problem.refusal === "timeout" || problem.refusal === "page_fault" ? problem.refusal : "other";
  return {
    what: problem.what?.[language] ?? t(`fault.${own}.what`),
    meaning: problem.meaning?.[language] ?? t(`fault.${own}.meaning`),
    action: problem.action?.[language] ?? t(`fault.${own}.action`),
  };
}

/** An error in its four parts: what happened, what it means, what to do, case number. */
export function ErrorCard({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const { t } = useTranslation();
  const parts = useParts(problem);
  return (
    <div className="notice danger" role="alert">
      <Icon name="alert" />
      <div className="stack tight grow">
        <strong>{parts.what}</strong>
        <span>{parts.meaning}</span>
        <span>{parts.action}</span>
        <FieldFaults fields={problem.fields} />
        <span className="row apart small muted">
          <span>
            {problem.case ? `${t("fault.case")} ` : ""}
            <span className="mono">{problem.case ?? problem.refusal}</span>
          </span>
          {retry ? <button type="button" className="button small" onClick={retry}>{t("ui.retry")}</button> : null}
        </span>
      </div>
    </div>
  );
}

function FieldFaults({ fields }: { fields: Record<string, string[]> }) {
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  return <ul className="small">{entries.map(([field, said]) => <li key={field}>{field ? `${field}: ` : ""}{said.join(" ")}</li>)}</ul>;
}

/** Instead of a page: its title is the page's one h1 unless the answer stands in a card of a page that has one. */
function Instead({ icon, title, children }: { icon: IconName; title: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [whole, setWhole] = useState(true);
  useLayoutEffect(() => setWhole([...document.querySelectorAll("h1")].every((each) => box.current?.contains(each))), []);
  return (
    <div className="state" ref={box}>
      <span className="state-icon"><Icon name={icon} size={28} /></span>
      {whole ? <h1 className="state-title" tabIndex={-1}>{title}</h1> : <div className="state-title">{title}</div>}
      <div>{children}</div>
      {whole ? <Link to="/start" className="button" style={{ marginTop: 12 }}>{t("visitor.enter")}</Link> : null}
    </div>
  );
}

export function Forbidden() {
  const { t } = useTranslation();
  return <Instead icon="shield" title={t("ui.forbidden")}>{t("ui.forbiddenMeaning")}</Instead>;
}

export function Missing() {
  const { t } = useTranslation();
  return <Instead icon="search" title={t("ui.missing")}>{t("ui.missingMeaning")}</Instead>;
}

/** Not there, and the server says why. */
function NotThere({ problem }: { problem: Problem }) {
  const { what, meaning, action } = useParts(problem);
  return <Instead icon="search" title={what}><div>{meaning}</div><div>{action}</div></Instead>;
}

/** Shows a failed answer as what it is: no right, not there, or an error that can be tried again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = problemFrom(error);
  if (problem.status === 403) return <Forbidden />;
  if (problem.status === 404) return problem.what && problem.refusal !== "not_found" ? <NotThere problem={problem} /> : <Missing />;
  return <ErrorCard problem={problem} retry={retry} />;
}

/** One query's four faces: loading, failed, empty, there. */
export function Answer<T>({ query, empty, isEmpty, rows = 5, children }: {
  query: UseQueryResult<T>;
  empty?: React.ReactNode;
  isEmpty?: (data: T) => boolean;
  rows?: number;
  children: (data: T) => React.ReactNode;
}) {
  if (query.data !== undefined) {
    if (isEmpty?.(query.data)) return <>{empty}</>;
    return <>{children(query.data)}</>;
  }
  if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <SkeletonRows rows={rows} />;
}

export function Notice({ tone = "neutral", icon = "info", children }: { tone?: "neutral" | "warn" | "danger" | "ok" | "chain"; icon?: IconName; children: React.ReactNode }) {
  return (
    <div className={`notice ${tone}`}>
      <Icon name={icon} />
      <div className="grow">{children}</div>
    </div>
  );
}
