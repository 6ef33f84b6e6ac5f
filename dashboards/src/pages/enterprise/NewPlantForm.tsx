import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addPlant } from "@/api/devices";
import type { Plant } from "@/api/ingest";
import { idsOf, useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { ErrorCard } from "@/ui/states";

// The grammar of every id: it stands in topics and on the ledger.
export const ID_PATTERN = "[a-z0-9][a-z0-9_\\-]{1,39}";

export function NewPlantForm({ first, onMade }: { first: boolean; onMade: (plant: Plant) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const answer = await addPlant({ id: text("id"), name_zh: text("name_zh"), name_en: text("name_en"), sector: text("sector"), region: text("region") });
    if (!answer.ok) return setProblem(answer.error);
    await client.invalidateQueries({ queryKey: ["plants"] });
    onMade(answer.value);
  };
  return (
    <Card title={t("devices.addPlant")} note={first ? t("devices.firstPlant") : undefined}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
        <div className="form-grid">
          <Field label={t("devices.id")} hint={t("devices.idHint")}>{(ids) => <input {...ids} className="input mono" name="id" pattern={ID_PATTERN} required />}</Field>
          <Field label={t("devices.nameZh")}>{(ids) => <input {...ids} className="input" name="name_zh" maxLength={80} required />}</Field>
          <Field label={t("devices.nameEn")}>{(ids) => <input {...ids} className="input" name="name_en" maxLength={80} required />}</Field>
          <Field label={t("register.sector")}>{(ids) => <select {...ids} className="input" name="sector">{idsOf("Sector").map((id) => <option key={id} value={id}>{term("Sector", id)}</option>)}</select>}</Field>
          <Field label={t("devices.region")} hint={t("devices.regionHint")}>{(ids) => <input {...ids} className="input" name="region" maxLength={40} />}</Field>
        </div>
        {problem ? <ErrorCard problem={problem} /> : null}
        <div><button type="submit" className="button primary">{t("ui.save")}</button></div>
      </form>
    </Card>
  );
}
