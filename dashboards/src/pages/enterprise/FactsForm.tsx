/** Facts of one owner; only what was changed is sent, and a wrong one keeps all of them from being saved. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EntityFact } from "@/api/entity";
import { can, useMyself } from "@/api/me";
import { useWords } from "@/labels";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import { Field } from "@/ui/Field";
import { ErrorCard } from "@/ui/states";
import "./model.css";

export function FactsForm({ owner, title, facts, save }: {
  owner: string;
  title?: string;
  facts: readonly Omit<EntityFact, "plant" | "changed_at">[];
  save: (changed: Record<string, string>) => Promise<Result<unknown, Problem>>;
}) {
  const { t } = useTranslation();
  const words = useWords();
  const me = useMyself();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saved, setSaved] = useState(false);
  const keeper = can(me, "keep_periods");
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const changed = facts.map((each) => [each.name, String(given.get(each.name) ?? "").trim(), each.text] as const).filter(([, now, before]) => now !== before);
    const answer = await save(Object.fromEntries(changed.map(([name, now]) => [name, now])));
    setProblem(answer.ok ? null : answer.error);
    setSaved(answer.ok);
  };
  return (
    <form className="stack tight" data-owner={owner} onChange={() => setSaved(false)} onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      {title ? <h3>{title}</h3> : null}
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
