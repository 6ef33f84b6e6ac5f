/** Chapter 3 of the verification report as it stands now: what the system states of each matter, and the verifiers' own words. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/accounting";
import { keepMatters, mattersOf, type Matters as Told } from "@/api/cases";
import { can, useMyself } from "@/api/me";
import { useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Answer, ErrorCard } from "@/ui/states";

export function Matters({ row }: { row: Case }) {
  const { t } = useTranslation();
  // What was done so far is part of what it states: a further step reads it anew.
  const query = useQuery({ queryKey: ["case", row.id, "matters", row.log.length], queryFn: () => mattersOf(row.id) });
  return (
    <Card title={t("matters.title")} note={t("matters.note")}>
      <Answer query={query} rows={6}>{(data) => <Form key={String(data.open)} row={row} told={data} />}</Answer>
    </Card>
  );
}

function Form({ row, told }: { row: Case; told: Told }) {
  const { t } = useTranslation();
  const words = useWords();
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saved, setSaved] = useState(false);
  const writes = can(me, "lead_verification") && told.open;
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const changed = told.matters.map((each) => [each.matter, String(given.get(each.matter) ?? "").trim(), each.note] as const).filter(([, now, before]) => now !== before);
    const answer = await keepMatters(row.id, Object.fromEntries(changed.map(([matter, now]) => [matter, now])));
    setProblem(answer.ok ? null : answer.error);
    setSaved(answer.ok);
    if (answer.ok) client.setQueryData(["case", row.id, "matters", row.log.length], answer.value);
  };
  return (
    <form className="stack" data-matters="" onChange={() => setSaved(false)} onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      {writes ? null : <p className="small muted">{t(told.open ? "matters.notYours" : "matters.reviewed")}</p>}
      {told.matters.map((each) => (
        <section key={each.matter} className="stack tight" aria-label={words(each.name)}>
          <h3 className="row apart">{words(each.name)}<span className="small muted">{words(each.mark)}</span></h3>
          <p className="small">{words(each.found)}</p>
          {writes ? (
            <details open={each.note !== ""}>
              <summary className="small">{t("matters.write")}</summary>
              <Field label={t("matters.own")}>{(ids) => <textarea {...ids} className="input" name={each.matter} rows={2} defaultValue={each.note} maxLength={told.most} />}</Field>
            </details>
          ) : each.note ? <p className="wrap-anywhere" style={{ whiteSpace: "pre-line" }}><strong>{t("matters.own")}</strong> {each.note}</p> : null}
        </section>
      ))}
      {problem ? <ErrorCard problem={problem} /> : null}
      {writes ? <div className="row"><button type="submit" className="button">{t("matters.save")}</button>{saved ? <span className="small ok-text" role="status">{t("matters.saved")}</span> : null}</div> : null}
    </form>
  );
}
