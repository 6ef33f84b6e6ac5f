/** A factor set drafted: changed factors typed one by one or read from a file, checked row by row, then kept. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { examine, factorRows, namesOf, propose, type Examined, type FactorRow, type FactorSetRow, type Wish } from "@/api/factorSets";
import { useTerm, useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { FactorChanges, useFactorName } from "@/ui/FactorChanges";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Segments } from "@/ui/Segments";
import { Answer, ErrorCard, SkeletonRows } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { blankRow, inForce, keyOf, wishOf, type TypedRow } from "./factorDraft";

const Drop = lazy(() => import("@/ui/antd/Drop").then((module) => ({ default: module.Drop })));
type How = "form" | "file";

export function FactorDraft({ sets }: { sets: readonly FactorSetRow[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const [succeeds, setSucceeds] = useState(sets[0]?.id ?? "");
  const [since, setSince] = useState("");
  const [how, setHow] = useState<How>("form");
  const [rows, setRows] = useState<TypedRow[]>([blankRow()]);
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const set = sets.find((each) => each.id === succeeds);
  const query = useQuery({ queryKey: ["factor-set", succeeds], queryFn: () => factorRows(succeeds), enabled: succeeds !== "" });
  const choose = (id: string) => { setSucceeds(id); setRows([blankRow()]); setFile(null); };
  const wish: Wish = how === "file" ? { succeeds, since, text: file?.text ?? "" } : wishOf(succeeds, since, rows);
  const names = set ? namesOf(set) : {};
  return (
    <Card title={t("factorSets.draft")} note={t("factorSets.draftNote")}>
      <div className="stack">
        <div className="form-grid">
          <Field label={t("factorSets.succeeds")} hint={t("factorSets.succeedsHint")}>
            {(ids) => <select {...ids} className="input" value={succeeds} onChange={(event) => choose(event.target.value)}>{sets.map((each) => <option key={each.id} value={each.id}>{words(each)}</option>)}</select>}
          </Field>
          <Field label={t("factorSets.since")} hint={t("factorSets.sinceHint")}>
            {(ids) => <input {...ids} className="input short" type="month" value={since} onChange={(event) => setSince(event.target.value)} />}
          </Field>
        </div>
        <div><Segments label={t("factorSets.how")} value={how} onChange={setHow} options={[{ value: "form", label: t("factorSets.form") }, { value: "file", label: t("factorSets.file") }]} /></div>
        {how === "form"
          ? <Answer query={query} rows={3}>{(data) => <Form rows={rows} onRows={setRows} known={inForce(data.row, since)} names={names} />}</Answer>
          : (
            <Suspense fallback={<SkeletonRows rows={2} />}>
              <Drop accept=".json,application/json" label={t("factorSets.drop")} hint={t("factorSets.dropHint")} onFile={(chosen) => void chosen.text().then((text) => setFile({ name: chosen.name, text }))} />
              {file ? <p className="row tight"><Icon name="check" size={16} />{t("factorSets.read", { name: file.name })}</p> : null}
            </Suspense>
          )}
        <Examining key={JSON.stringify(wish)} wish={wish} names={names} ready={how === "form" || file !== null} />
      </div>
    </Card>
  );
}

function Form({ rows, onRows, known, names }: { rows: TypedRow[]; onRows: (rows: TypedRow[]) => void; known: readonly FactorRow[]; names: ReturnType<typeof namesOf> }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      {rows.map((row, place) => (
        <FactorFields key={row.id} place={place + 1} row={row} known={known} names={names} alone={rows.length === 1}
          onChange={(change) => onRows(rows.map((each) => (each.id === row.id ? { ...each, ...change } : each)))}
          onRemove={() => onRows(rows.filter((each) => each.id !== row.id))} />
      ))}
      <div><button type="button" className="button small" onClick={() => onRows([...rows, { ...blankRow(), source: rows.at(-1)?.source ?? "", clause: rows.at(-1)?.clause ?? "" }])}>{t("factorSets.add")}</button></div>
    </div>
  );
}

function FactorFields({ place, row, known, names, alone, onChange, onRemove }: { place: number; row: TypedRow; known: readonly FactorRow[]; names: ReturnType<typeof namesOf>; alone: boolean; onChange: (change: Partial<TypedRow>) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useFactorName();
  const now = known.find((each) => keyOf(each) === row.key);
  const input = (field: "value" | "unit" | "source" | "clause", short = false) => (
    <Field label={t(`factorSets.${field}`)}>{(ids) => <input {...ids} className={short ? "input short" : "input"} inputMode={field === "value" ? "decimal" : undefined} value={row[field]} onChange={(event) => onChange({ [field]: event.target.value })} />}</Field>
  );
  return (
    <fieldset className="form-grid" aria-label={`${t("factorSets.factor")} ${place}`} style={{ border: 0, padding: 0, margin: 0 }}>
      <Field label={`${place} · ${t("factorSets.factor")}`} hint={now ? t("factorSets.now", { value: now.value ? `${now.value} ${now.unit === "1" ? "" : term("Unit", now.unit)}` : t("factorSets.unread") }) : undefined}>
        {(ids) => (
          <select {...ids} className="input" value={row.key} onChange={(event) => onChange({ key: event.target.value, unit: known.find((each) => keyOf(each) === event.target.value)?.unit ?? "" })}>
            <option value="">{t("factorSets.choose")}</option>
            {known.map((each) => <option key={keyOf(each)} value={keyOf(each)}>{name(each, names)}</option>)}
          </select>
        )}
      </Field>
      {input("value", true)}
      {input("unit", true)}
      {input("source")}
      {input("clause")}
      <div className="row apart">
        <label className="row tight"><input type="checkbox" checked={row.verified} onChange={(event) => onChange({ verified: event.target.checked })} />{t("factorSets.verified")}</label>
        {alone ? null : <button type="button" className="button small danger" onClick={onRemove}>{t("factorSets.remove")}</button>}
      </div>
    </fieldset>
  );
}

/** What the server says of the draft as it stands; whatever is typed afterwards has to be checked again. */
function Examining({ wish, names, ready }: { wish: Wish; names: ReturnType<typeof namesOf>; ready: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [found, setFound] = useState<Examined | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (act: typeof examine) => {
    setBusy(true);
    const answer = await act(wish);
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    setFound(answer.ok ? answer.value : null);
    if (!answer.ok || !answer.value.proposal) return;
    await client.invalidateQueries({ queryKey: ["factor-proposals"] });
    await navigate({ to: "/factors/$proposal", params: { proposal: answer.value.proposal } });
  };
  const stops = found?.remarks.some((one) => one.blocks) ?? false;
  return (
    <div className="stack" aria-live="polite">
      <div className="row">
        <button type="button" className="button" disabled={busy || !ready} onClick={() => void send(examine)}><Icon name="search" size={16} />{t("factorSets.check")}</button>
        {found && !stops ? <button type="button" className="button primary" disabled={busy} onClick={() => void send(propose)}>{t("factorSets.keep")}</button> : null}
        {found && !stops ? <span className="small muted">{found.remarks.length === 0 ? t("factorSets.good") : null} {found.unchanged > 0 ? t("factorSets.same", { n: found.unchanged }) : null}</span> : null}
      </div>
      {problem ? <ErrorCard problem={problem} /> : null}
      {found && found.remarks.length > 0 ? <Remarks found={found} /> : null}
      {found && found.changes.length > 0 ? <FactorChanges changes={found.changes} names={names} /> : null}
    </div>
  );
}

function Remarks({ found }: { found: Examined }) {
  const { t, i18n } = useTranslation();
  const shown = found.remarks.map((one, index) => ({ ...one, index }));
  return (
    <Rows rows={shown} rowKey={(one) => `${one.index}`} label={t("factorSets.remarks")}
      columns={[
        { key: "row", title: t("factorSets.row"), right: true, render: (one) => (one.row === 0 ? t("factorSets.head") : <span className="num">{one.row}</span>) },
        { key: "column", title: t("factorSets.column"), render: (one) => (one.column ? t(`factorSets.columns.${one.column as "value"}`, { defaultValue: one.column }) : "—") },
        { key: "what", title: t("factorSets.what"), render: (one) => <>{i18n.language === "en" ? one.en : one.zh} <StatusPill tone={one.blocks ? "danger" : "warn"} dot={false}>{t(one.blocks ? "factorSets.stops" : "factorSets.look")}</StatusPill></> },
      ]} />
  );
}
