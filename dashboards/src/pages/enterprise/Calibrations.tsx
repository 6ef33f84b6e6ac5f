/** The calibration register of a plant's meters. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePlates } from "@/api/devices";
import { can, useMyself } from "@/api/me";
import { addCalibration, useCalibrations, withdrawCalibration, type CalibrationRow } from "@/api/modelling";
import { useNamed } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Rows } from "@/ui/List";
import { Answer, Empty, ErrorCard } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { dayOf } from "@/ui/time";
import "./model.css";

export function Calibrations({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const me = useMyself();
  const client = useQueryClient();
  const query = useCalibrations(plant);
  const [problem, setProblem] = useState<Problem | null>(null);
  const keeper = can(me, "keep_periods");
  const withdraw = async (row: CalibrationRow) => {
    const answer = await withdrawCalibration(row.id);
    setProblem(answer.ok ? null : answer.error);
    await client.invalidateQueries({ queryKey: ["calibrations", plant] });
  };
  const today = dayOf(Date.now());
  return (
    <Card title={t("model.calibration")} note={t("model.calibrationText")} flush>
      <Answer query={query} rows={2}>{(data) => (data.results.length === 0 ? <Empty icon="shield" title={t("model.calibrationNone")} /> : (
        <Rows rows={data.results} rowKey={(row) => row.id} label={t("model.calibration")}
          columns={[
            { key: "meter", title: t("live.meter"), render: (row) => <span className="mono">{row.meter}</span> },
            { key: "certificate", title: t("model.certificate"), render: (row) => <>{row.certificate} {row.withdrawn_at ? <StatusPill>{t("model.withdrawn")}</StatusPill> : row.valid_until < today ? <StatusPill tone="warn">{t("model.ended")}</StatusPill> : null}</> },
            { key: "serial", title: t("meterLife.serial"), render: (row) => <span className="mono">{row.serial || "—"}</span> },
            { key: "laboratory", title: t("model.laboratory"), render: (row) => row.laboratory || "—" },
            { key: "on", title: t("model.calibratedOn"), render: (row) => <span className="num">{row.calibrated_on}</span> },
            { key: "until", title: t("model.validUntil"), render: (row) => <span className="num">{row.valid_until}</span> },
            { key: "required", title: t("model.required"), right: true, render: (row) => <span className="num">{row.required_percent ?? "—"}</span> },
            { key: "found", title: t("model.found"), right: true, render: (row) => <span className="num">{row.found_percent ?? "—"}</span> },
            { key: "act", title: "", right: true, render: (row) => (keeper && !row.withdrawn_at ? <button type="button" className="button plain small danger" onClick={() => void withdraw(row)}>{t("model.withdraw")}</button> : null) },
          ]} />
      ))}</Answer>
      {problem ? <ErrorCard problem={problem} /> : null}
      {keeper ? <NewCertificate plant={plant} /> : null}
    </Card>
  );
}

function NewCertificate({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const named = useNamed();
  const client = useQueryClient();
  const plates = usePlates(plant);
  const [problem, setProblem] = useState<Problem | null>(null);
  const meters = plates.data?.results ?? [];
  if (meters.length === 0) return null;
  const send = async (form: HTMLFormElement) => {
    const text = (name: string) => String(new FormData(form).get(name) ?? "").trim();
    const answer = await addCalibration({
      plant, meter: text("meter"), certificate: text("certificate"), serial: text("serial"), laboratory: text("laboratory"), calibrated_on: text("on"), valid_until: text("until"),
      required_percent: text("required") || null, found_percent: text("found") || null,
    });
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    form.reset();
    await client.invalidateQueries({ predicate: (one) => ["calibrations", "period", "plans"].includes(String(one.queryKey[0])) });
  };
  return (
    <form className="stack tight" style={{ padding: "12px 18px 16px" }} onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      <div className="model-grid">
        <Field label={t("live.meter")}>{(ids) => <select {...ids} className="input" name="meter">{meters.map((meter) => <option key={meter.slug} value={meter.slug}>{named(meter)}</option>)}</select>}</Field>
        <Field label={t("model.certificate")}>{(ids) => <input {...ids} className="input" name="certificate" maxLength={80} required />}</Field>
        <Field label={t("meterLife.serial")}>{(ids) => <input {...ids} className="input" name="serial" maxLength={80} />}</Field>
        <Field label={t("model.laboratory")}>{(ids) => <input {...ids} className="input" name="laboratory" maxLength={120} />}</Field>
        <Field label={t("model.calibratedOn")}>{(ids) => <input {...ids} className="input" type="date" name="on" required />}</Field>
        <Field label={t("model.validUntil")}>{(ids) => <input {...ids} className="input" type="date" name="until" required />}</Field>
        <Field label={t("model.required")}>{(ids) => <input {...ids} className="input" name="required" inputMode="decimal" pattern="[0-9]{1,2}([.][0-9]{1,3})?" />}</Field>
        <Field label={t("model.found")}>{(ids) => <input {...ids} className="input" name="found" inputMode="decimal" pattern="[0-9]{1,2}([.][0-9]{1,3})?" />}</Field>
        <button type="submit" className="button">{t("model.register")}</button>
      </div>
      {problem ? <ErrorCard problem={problem} /> : null}
    </form>
  );
}
