/** One box: the own things of an enterprise or auditor, everything for overseers, who say why. */
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { can, useMyself } from "@/api/me";
import { search, type Hit } from "@/api/oversight";
import { useTerm, type Vocabulary } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Answer, Empty } from "@/ui/states";
import { Instant } from "@/ui/time";
import "@/pages/regulator/wall.css";

const KINDS = ["enterprise", "statement", "report", "evidence", "trade", "listing", "asset", "transaction"] as const;
type Kind = (typeof KINDS)[number];
const STATES: Partial<Record<string, Vocabulary>> = { statement: "PeriodState", report: "ReportState", listing: "ListingState", asset: "LotState" };

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  const navigate = useNavigate();
  const { q = "", kind = "", purpose = "" } = useSearch({ strict: false });
  const overseer = can(me, "oversee");
  const kinds = KINDS.filter((each) => (overseer ? each !== "evidence" && each !== "statement" : each !== "enterprise" && (each !== "statement" || me.kind === "enterprise")));
  const [words, setWords] = useState(q);
  const [why, setWhy] = useState(purpose);
  const [only, setOnly] = useState(kind);
  const ready = q !== "" && (!overseer || purpose !== "");
  return (
    <>
      <PageHead title={t("menu.search")} sub={overseer ? t("search.overseer") : t("search.own")} />
      <div className="stack">
        <Card>
          <form className="purpose" role="search" onSubmit={(event) => { event.preventDefault(); void navigate({ to: "/search", search: { q: words.trim(), kind: only || undefined, purpose: overseer ? why.trim() : undefined } }); }}>
            <Field label={t("search.words")}>{(ids) => <input {...ids} className="input" type="search" value={words} maxLength={100} onChange={(event) => setWords(event.target.value)} />}</Field>
            <Field label={t("search.kind")}>{(ids) => <select {...ids} className="input" value={only} onChange={(event) => setOnly(event.target.value)}><option value="">{t("ui.all")}</option>{kinds.map((each) => <option key={each} value={each}>{t(`search.kinds.${each}`)}</option>)}</select>}</Field>
            {overseer ? <Field label={t("enterprises.purpose")}>{(ids) => <input {...ids} className="input" value={why} maxLength={200} required onChange={(event) => setWhy(event.target.value)} />}</Field> : null}
            <button type="submit" className="button primary" disabled={!words.trim() || (overseer && !why.trim())}>{t("menu.search")}</button>
          </form>
          {overseer ? <p className="small muted">{t("enterprises.purposeHint")}</p> : null}
        </Card>
        {ready ? <Results q={q} kind={kind} purpose={purpose} /> : null}
      </div>
    </>
  );
}

function Results({ q, kind, purpose }: { q: string; kind: string; purpose: string }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["search", q, kind, purpose], queryFn: () => search(q, kind, purpose), staleTime: 60_000 });
  return (
    <Answer query={query} isEmpty={(data) => Object.values(data.results).every((hits) => hits.length === 0)} empty={<Card><Empty icon="search" title={t("search.none", { q })}>{kind ? t("search.noneKind") : t("search.noneText")}</Empty></Card>}>
      {(data) => <>{Object.entries(data.results).filter(([, hits]) => hits.length > 0).map(([name, hits]) => <Hits key={name} kind={name} hits={hits} />)}</>}
    </Answer>
  );
}

/** A hit's page in this application: the server names the thing, the address is ours. */
function target(page: string): { to: string; search?: { q: string } } {
  const [, first = "", ...rest] = page.split("/");
  if (first === "trace") return { to: "/trace", search: { q: rest.join("/") } };
  if (first === "explorer") return { to: "/chain", search: { q: rest.join("/") } };
  return { to: page };
}

function Hits({ kind, hits }: { kind: string; hits: readonly Hit[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const me = useMyself();
  const vocabulary = STATES[kind];
  return (
    <Card title={t(`search.kinds.${kind as Kind}`)} note={String(hits.length)} flush>
      <ul>
        {hits.map((hit, i) => (
          <li key={`${hit.page}${i}`} className="row apart" style={{ padding: "8px 18px" }}>
            <Link {...target(hit.page)} className="strong">{kind === "transaction" ? t(`tx.${hit.title as "list"}`, { defaultValue: hit.title }) : hit.title}</Link>
            <span className="row small muted">
              {hit.organisation ? <span>{hit.organisation}</span> : null}
              {hit.state && vocabulary ? <span>{term(vocabulary, hit.state)}</span> : null}
              {hit.account && !hit.organisation && hit.account !== me.account ? <span className="mono">{hit.account}</span> : null}
              {hit.at ? <Instant at={hit.at} /> : null}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
