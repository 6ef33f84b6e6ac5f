/** A year's supplementary data table: what is entered beside what follows from the year's own figures. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Period } from "@/api/accounting";
import { keepSupplementary, useSupplementary, type SupplementaryRow, type SupplementaryTable } from "@/api/entity";
import { can, useMyself } from "@/api/me";
import { useWords } from "@/labels";
import { compounds } from "@/lib/compounds";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Answer, ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import "./begin.css";

export function Supplementary({ period }: { period: Period }) {
  const { t } = useTranslation();
  const words = useWords();
  const query = useSupplementary(period.id, `${period.computed_at ?? ""}${period.state}${period.version}`);
  return (
    <Card title={query.data?.table ? words(query.data.table) : t("supplementary.title")} flush>
      <Answer query={query} rows={3}>{(data) => (data.table
        ? <Table key={data.open ? "open" : "locked"} period={period.id} table={data.table} open={data.open} />
        : <p className="small muted padded">{data.none ? t("supplementary.none", { reason: words(data.none) }) : t("supplementary.absent")}</p>)}</Answer>
    </Card>
  );
}

function Table({ period, table, open }: { period: string; table: SupplementaryTable; open: boolean }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saved, setSaved] = useState(false);
  const keeper = open && can(me, "keep_periods");
  const english = i18n.language === "en";
  const name = (id: string) => { const row = table.rows.find((each) => each.id === id); return row ? compounds(words(row)) : id; };
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const changed = table.rows.filter((each) => each.entered).map((each) => [each.id, String(given.get(each.id) ?? "").trim(), each.value] as const).filter(([, now, before]) => now !== before);
    const answer = await keepSupplementary(period, Object.fromEntries(changed.map(([id, now]) => [id, now])));
    setProblem(answer.ok ? null : answer.error);
    setSaved(answer.ok);
    if (answer.ok) await client.invalidateQueries({ queryKey: ["period", period] });
  };
  const value = (row: SupplementaryRow) => {
    if (row.entered && keeper) return <input className="input short" name={row.id} defaultValue={row.value} maxLength={80} aria-label={name(row.id)} inputMode={row.unit ? "decimal" : undefined} />;
    return row.unit ? <Num value={row.value || null} /> : row.value || "—";
  };
  return (
    <form data-supplementary="" onChange={() => setSaved(false)} onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      <Rows rows={table.rows} rowKey={(row) => row.id} label={words(table)}
        columns={[
          { key: "row", title: t("supplementary.row"), render: (row) => compounds(words(row)) },
          { key: "value", title: t("supplementary.value"), right: true, render: (row) => <span data-row={row.id}>{value(row)} <span className="small muted nowrap">{compounds(row.unit)}</span></span> },
          { key: "how", title: t("supplementary.how"), render: (row) => <span className="small muted nowrap">{t(row.entered ? "supplementary.entered" : "supplementary.computed")}</span> },
        ]} />
      <div className="stack tight padded">
        {table.above.map((one) => <p key={one.row} className="warn-text small">{t("supplementary.above", { low: name(one.row), high: name(one.of) })}</p>)}
        <p className="small muted">{t("supplementary.follows")}{english ? table.clause_en : table.clause_zh}{english ? "; " : "；"}{english ? table.basis_en : table.basis_zh} {table.verified ? null : <StatusPill tone="warn" dot={false}>{t("supplementary.unverified")}</StatusPill>}</p>
        {problem ? <ErrorCard problem={problem} /> : null}
        {keeper ? <div className="row"><button type="submit" className="button">{t("supplementary.save")}</button>{saved ? <span className="small ok-text" role="status">{t("supplementary.saved")}</span> : null}</div> : null}
      </div>
    </form>
  );
}
