/** What the first chapter of a report says of the enterprise and of each plant. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keepFacts, useEntity, type EntityFact } from "@/api/entity";
import { can, useMyself } from "@/api/me";
import { useWords } from "@/labels";
import { Card } from "@/ui/Card";
import { Answer } from "@/ui/states";
import { FactsForm } from "./FactsForm";

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

/** The enterprise's own facts, or those of a plant. */
function Group({ plant, title, facts }: { plant: string; title: string; facts: readonly EntityFact[] }) {
  const client = useQueryClient();
  const save = async (changed: Record<string, string>) => {
    const answer = await keepFacts(plant, changed);
    if (answer.ok) await client.invalidateQueries({ predicate: (one) => ["entity", "period"].includes(String(one.queryKey[0])) });
    return answer;
  };
  return <FactsForm owner={plant || "entity"} title={title} facts={facts} save={save} />;
}
