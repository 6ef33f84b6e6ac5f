/** Units and equipment of a plant's streams, its measuring devices, and who is responsible: for reports and plan. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keepEquipment, useEquipment, type EquipmentOwner } from "@/api/entity";
import { can, useMyself } from "@/api/me";
import { useWords } from "@/labels";
import { Card } from "@/ui/Card";
import { Answer } from "@/ui/states";
import { FactsForm } from "./FactsForm";

export function Equipment({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = useEquipment(plant);
  return (
    <Card title={t("equipment.title")} note={t("equipment.note")}>
      <Answer query={query} rows={4}>{(data) => (
        <div className="stack" data-equipment="">
          {can(me, "keep_periods") ? null : <p className="small muted">{t("entity.readOnly")}</p>}
          {data.owners.some((each) => each.of === "stream") ? null : <p className="small muted">{t("equipment.noStreams")}</p>}
          {data.owners.map((each) => <OfOwner key={`${each.of}:${each.owner}`} plant={plant} row={each} />)}
        </div>
      )}</Answer>
    </Card>
  );
}

function OfOwner({ plant, row }: { plant: string; row: EquipmentOwner }) {
  const { t } = useTranslation();
  const words = useWords();
  const client = useQueryClient();
  const save = async (changed: Record<string, string>) => {
    const answer = await keepEquipment(plant, row.of, row.owner, changed);
    if (answer.ok) await client.invalidateQueries({ predicate: (one) => ["equipment", "plans", "period"].includes(String(one.queryKey[0])) });
    return answer;
  };
  const title = t(`equipment.${row.of}`, { name: words(row), slug: row.owner });
  const form = { owner: `${row.of}:${row.owner}`, facts: row.facts, save };
  if (row.of !== "meter") return <FactsForm {...form} title={title} />;
  // A plant has dozens of meters: each is a line until somebody wants to write about it.
  const given = row.facts.filter((each) => each.text !== "").length;
  return (
    <details>
      <summary>{title} <span className="small muted">{t("equipment.given", { n: given, all: row.facts.length })}</span></summary>
      <FactsForm {...form} />
    </details>
  );
}
