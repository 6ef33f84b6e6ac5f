/** The guidance centre: a course for each guideline by sector, the words of accounting, and how to find them. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { glossary, type TermGroup } from "@/api/guide";
import { useGuidelines, type GuidelineRow } from "@/api/guidelines";
import { idsOf, useTerm } from "@/labels";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import "./guide.css";

export type GuideBase = "/guide/$guideline" | "/help/$guideline";

export function GuideHome({ to }: { to: GuideBase }) {
  const list = useGuidelines();
  const words = useQuery({ queryKey: ["glossary"], queryFn: glossary, staleTime: 3_600_000 });
  return (
    <div className="stack">
      <Answer query={list} rows={6}>{(data) => <Courses rows={data.results} to={to} />}</Answer>
      <Answer query={words} rows={4}>{(data) => <Glossary groups={data.results} />}</Answer>
    </div>
  );
}

function Courses({ rows, to }: { rows: readonly GuidelineRow[]; to: GuideBase }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const sectors = idsOf("Sector").filter((sector) => rows.some((row) => row.sector === sector));
  return (
    <section className="guide-cards" aria-label={t("guide.courses")}>
      {sectors.map((sector) => (
        <Card key={sector} title={term("Sector", sector)}>
          <ul className="plain stack tight">
            {rows.filter((row) => row.sector === sector).map((row) => (
              <li key={row.id}>
                <Link to={to} params={{ guideline: row.id }} className="guide-link">
                  <span className="grow">{i18n.language === "en" ? row.en : row.zh}</span>
                  <StatusPill tone="neutral" dot={false}>{term("Regime", row.regime)}</StatusPill>
                  <Icon name="chevron" size={16} />
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      ))}
    </section>
  );
}

function Glossary({ groups }: { groups: readonly TermGroup[] }) {
  const { t, i18n } = useTranslation();
  const [asked, setAsked] = useState("");
  const wanted = asked.trim().toLowerCase();
  const shown = groups
    .map((group) => ({ ...group, terms: group.terms.filter((one) => !wanted || `${one.id} ${one.zh} ${one.en} ${one.meaning.zh} ${one.meaning.en}`.toLowerCase().includes(wanted)) }))
    .filter((group) => group.terms.length > 0);
  return (
    <Card title={t("guide.glossary")}>
      <div className="stack">
        <Field label={t("guide.find")}>{(ids) => <input {...ids} className="input" type="search" value={asked} onChange={(event) => setAsked(event.target.value)} />}</Field>
        {shown.length === 0 ? <Empty icon="search" title={t("guide.findNone", { asked })} /> : null}
        {shown.map((group) => (
          <details key={group.en} open={wanted !== ""}>
            <summary>{i18n.language === "en" ? group.en : group.zh} <span className="muted num">{group.terms.length}</span></summary>
            <dl className="facts guide-terms">
              {group.terms.map((one) => <Term key={one.id} first={i18n.language === "en" ? one.en : one.zh} second={i18n.language === "en" ? one.zh : one.en} source={one.source} meaning={i18n.language === "en" ? one.meaning.en : one.meaning.zh} />)}
            </dl>
          </details>
        ))}
      </div>
    </Card>
  );
}

function Term({ first, second, source, meaning }: { first: string; second: string; source: string; meaning: string }) {
  return <><dt>{first}</dt><dd>{second}{source ? <span className="muted small"> · {source}</span> : null}{meaning ? <div>{meaning}</div> : null}</dd></>;
}
