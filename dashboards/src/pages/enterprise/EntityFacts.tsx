/** What the first chapter of a report says of the enterprise and of each plant. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keepFacts, useEntity, type EntityFact } from "@/api/entity";
import { can, useMyself } from "@/api/me";
import { useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Answer, ErrorCard } from "@/ui/states";
import "./model.css";

export function EntityFacts() {
  const { t } = useTranslation();
  const words = useWords();
  const me = useMyself();
  const query = useEntity();
  return (
    <Card title={t("entity.title")} note={t("entity.note")}>
      <Answer query={query} rows={4}>{(data) => (
        <div className="stack" data-entity="">
          {can(me, "keep_periods") ? null : <p className="small muted">{t("entity.readOnly")}</p>}
          <Group plant="" title={t("entity.enterprise")} facts={data.facts.filter((each) => each.plant === "")} />
          {data.plants.map((plant) => <Group key={plant.id} plant={plant.id} title={words(plant)} facts={data.facts.filter((each) => each.plant === plant.id)} />)}
        </div>
      )}</Answer>
    </Card>
  );
}

/** Facts of one owner; only what was changed is sent, and a wrong one keeps all of them from being saved. */
function Group({ plant, title, facts }: { plant: string; title: string; facts: readonly EntityFact[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const me = useMyself();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saved, setSaved] = useState(false);
  const keeper = can(me, "keep_periods");
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const changed = facts.map((each) => [each.name, String(given.get(each.name) ?? "").trim(), each.text] as const).filter(([, now, before]) => now !== before);
    const answer = await keepFacts(plant, Object.fromEntries(changed.map(([name, now]) => [name, now])));
    setProblem(answer.ok ? null : answer.error);
    setSaved(answer.ok);
    if (answer.ok) await client.invalidateQueries({ predicate: (one) => ["entity", "period"].includes(String(one.queryKey[0])) });
  };
  return (
    <form className="stack tight" data-owner={plant || "entity"} onChange={() => setSaved(false)} onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      <h3>{title}</h3>
      <div className="model-grid">
        {facts.map((each) => (
          <Field key={each.name} label={words(each)}>
            {(ids) => <input {...ids} className="input" name={each.name} defaultValue={each.text} placeholder={each.demanded.length > 0 ? t("entity.asked") : undefined} maxLength={each.most} readOnly={!keeper} />}
          </Field>
        ))}
      </div>
      {problem ? <ErrorCard problem={problem} /> : null}
      {keeper ? <div className="row"><button type="submit" className="button">{t("entity.save")}</button>{saved ? <span className="small ok-text" role="status">{t("entity.saved")}</span> : null}</div> : null}
    </form>
  );
}
