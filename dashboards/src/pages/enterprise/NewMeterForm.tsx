import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addMeter, type Gateway } from "@/api/devices";
import type { Plant } from "@/api/ingest";
import { idsOf, useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { ErrorCard } from "@/ui/states";
import { ID_PATTERN } from "./NewPlantForm";

// What registers count in; factors and intensities are units too, but no meter's.
const UNITS = ["t", "kg", "kWh", "MWh", "GJ", "MJ", "TJ", "Nm3", "1e3Nm3", "1e4Nm3", "m3", "L", "kW", "MW", "t/h", "kg/h", "Nm3/h", "m3/h", "MJ/h", "GJ/h"] as const;
const PLATE = { least_count: "0.01", digits: "10", interval_s: "900" } as const;

/** The register as its plate says: its smallest step and how many steps it shows before it turns over. */
export function NewMeterForm({ plant, gateways, onClose }: { plant: Plant; gateways: readonly Gateway[]; onClose: () => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [plate, setPlate] = useState<{ least_count: string; digits: string; unit: string }>({ ...PLATE, unit: "t" });
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const answer = await addMeter({
      plant: plant.id, slug: text("slug"), name_zh: text("name_zh"), name_en: text("name_en"), medium: text("medium"), unit: text("unit"),
      least_count: text("least_count"), digits: Number(text("digits")), interval_s: Number(text("interval_s")), stream: text("stream"), gateway: text("gateway"),
      valid_from: new Date(`${text("valid_from")}T00:00:00+08:00`).toISOString(), calibration: text("calibration"), calibrated_until: text("calibrated_until") || null,
    });
    if (!answer.ok) return setProblem(answer.error);
    await client.invalidateQueries({ queryKey: ["meters"] });
    await navigate({ to: "/devices/$meter", params: { meter: answer.value.id } });
  };
  const set = (name: keyof typeof plate) => (event: { target: { value: string } }) => setPlate({ ...plate, [name]: event.target.value.trim() });
  return (
    <Card title={t("devices.addMeter")}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
        <div className="form-grid">
          <Field label={t("devices.id")} hint={t("devices.idHint")}>{(ids) => <input {...ids} className="input mono" name="slug" pattern={ID_PATTERN} required />}</Field>
          <Field label={t("devices.nameZh")}>{(ids) => <input {...ids} className="input" name="name_zh" maxLength={80} required />}</Field>
          <Field label={t("devices.nameEn")}>{(ids) => <input {...ids} className="input" name="name_en" maxLength={80} required />}</Field>
          <Field label={t("devices.medium")}>{(ids) => <select {...ids} className="input" name="medium">{idsOf("Medium").map((id) => <option key={id} value={id}>{term("Medium", id)}</option>)}</select>}</Field>
          <Field label={t("devices.unit")} hint={t("devices.unitHint")}>{(ids) => <select {...ids} className="input" name="unit" value={plate.unit} onChange={set("unit")}>{UNITS.map((id) => <option key={id} value={id}>{id}</option>)}</select>}</Field>
          <Field label={t("devices.leastCount")} hint={t("devices.leastCountHint")}>{(ids) => <input {...ids} className="input" name="least_count" inputMode="decimal" pattern="[0-9]+(\.[0-9]{1,8})?" value={plate.least_count} onChange={set("least_count")} required />}</Field>
          <Field label={t("devices.digits")} hint={t("devices.turnsOver", { value: turnsOver(plate.least_count, plate.digits), unit: plate.unit })}>{(ids) => <input {...ids} className="input" name="digits" inputMode="numeric" pattern="[0-9]{1,2}" value={plate.digits} onChange={set("digits")} required />}</Field>
          <Field label={t("devices.interval")}>{(ids) => <input {...ids} className="input" name="interval_s" inputMode="numeric" pattern="[0-9]{1,5}" defaultValue={PLATE.interval_s} required />}</Field>
          <Field label={t("devices.gateway")}>{(ids) => <select {...ids} className="input" name="gateway">{gateways.map((row) => <option key={row.id} value={row.id}>{row.name} ({row.id})</option>)}</select>}</Field>
          <Field label={t("devices.validFrom")} hint={t("devices.validFromHint")}>{(ids) => <input {...ids} className="input" name="valid_from" type="date" required />}</Field>
          <Field label={t("devices.stream")} hint={t("devices.streamHint")}>{(ids) => <input {...ids} className="input mono" name="stream" maxLength={40} />}</Field>
          <Field label={t("devices.calibration")} hint={t("devices.calibrationHint")}>{(ids) => <input {...ids} className="input" name="calibration" maxLength={80} />}</Field>
          <Field label={t("devices.calibratedUntil")}>{(ids) => <input {...ids} className="input" name="calibrated_until" type="date" />}</Field>
        </div>
        {problem ? <ErrorCard problem={problem} /> : null}
        <div className="row"><button type="submit" className="button primary">{t("ui.save")}</button><button type="button" className="button" onClick={onClose}>{t("ui.cancel")}</button></div>
      </form>
    </Card>
  );
}

/** The register's size as text: ten to the number of digits, times the least count; exact, by moving the point. */
export function turnsOver(least: string, digits: string): string {
  const steps = Number.parseInt(digits, 10);
  if (!/^[0-9]+(\.[0-9]{1,8})?$/.test(least) || !(steps >= 1 && steps <= 18)) return "—";
  const [whole, fraction = ""] = least.split(".");
  const count = BigInt(whole + fraction) * 10n ** BigInt(steps);
  const text = count.toString().padStart(fraction.length + 1, "0");
  const cut = text.length - fraction.length;
  const rest = text.slice(cut).replace(/0+$/, "");
  return text.slice(0, cut) + (rest ? `.${rest}` : "");
}
