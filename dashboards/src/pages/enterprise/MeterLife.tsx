/** A meter's life after it was entered: where it stands, its calibrations, its replacement by another register. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addCalibration, placeMeter, replaceMeter, useCalibrations, useGateways, usePlates, type Calibration, type MeterPlate } from "@/api/devices";
import { can, useMyself } from "@/api/me";
import { useNamed } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Answer, Empty, ErrorCard, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { dayOf } from "@/ui/time";

/** Which gateway publishes for it, and which meter measures the whole of which it is a part. */
export function Placed({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const named = useNamed();
  const client = useQueryClient();
  const gateways = useGateways();
  const meters = usePlates(row.plant);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSaved, setSaved] = useState(false);
  const mayChange = can(useMyself(), "manage_meters");
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const main = String(given.get("main") ?? "");
    const answer = await placeMeter(row.id, { gateway: String(given.get("gateway")), main: main ? Number(main) : null });
    setProblem(answer.ok ? null : answer.error);
    setSaved(answer.ok);
    if (answer.ok) await client.invalidateQueries({ queryKey: ["meter", row.id] });
  };
  if (!mayChange || !gateways.data || !meters.data) return null;
  const usable = gateways.data.results.filter((each) => each.revoked_at === null || each.id === row.gateway);
  return (
    <Card title={t("meterLife.place")}>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
        <div className="form-grid">
          <Field label={t("meterLife.gateway")}>{(ids) => <select {...ids} className="input" name="gateway" defaultValue={row.gateway}>{usable.map((each) => <option key={each.id} value={each.id}>{each.name} ({each.id})</option>)}</select>}</Field>
          <Field label={t("meterLife.main")}>{(ids) => <select {...ids} className="input" name="main" defaultValue={row.main ?? ""}><option value="">{t("meterLife.noMain")}</option>{meters.data.results.filter((each) => each.id !== row.id && each.medium === row.medium).map((each) => <option key={each.id} value={each.id}>{named(each)} ({each.slug})</option>)}</select>}</Field>
        </div>
        {problem ? <ErrorCard problem={problem} /> : null}
        <div className="row"><button type="submit" className="button">{t("meterLife.savePlace")}</button>{isSaved ? <span role="status" className="small muted">{t("meterLife.saved")}</span> : null}</div>
      </form>
    </Card>
  );
}

/** The calibration register of accounting, for this meter. */
export function Calibrations({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const query = useCalibrations(row.plant, row.slug);
  const [adding, setAdding] = useState(false);
  const mayAdd = can(useMyself(), "manage_meters");
  const today = dayOf(Date.now());
  const state = (one: Calibration) => (one.withdrawn_at ? <StatusPill>{t("meterLife.withdrawn")}</StatusPill> : one.valid_until < today ? <StatusPill tone="warn">{t("meterLife.expired")}</StatusPill> : <StatusPill tone="ok">{t("meterLife.valid")}</StatusPill>);
  return (
    <Card title={t("meterLife.calibrations")} flush aside={mayAdd ? <button type="button" className="button small" onClick={() => setAdding(!adding)}><Icon name="plus" size={15} />{t("meterLife.addCalibration")}</button> : undefined}>
      {adding ? <div style={{ padding: 18 }}><NewCalibration row={row} onMade={() => setAdding(false)} /></div> : null}
      <Answer query={query} rows={1} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="file" title={t("meterLife.noCalibrations")} />}>
        {(data) => (
          <Rows<Calibration> rows={data.results} rowKey={(one) => one.id} label={t("meterLife.calibrations")}
            columns={[
              { key: "certificate", title: t("meterLife.certificate"), render: (one) => <><div className="mono">{one.certificate}</div><div className="small muted">{[one.serial, one.laboratory].filter(Boolean).join(" · ")}</div></> },
              { key: "on", title: t("meterLife.calibratedOn"), render: (one) => <span className="num">{one.calibrated_on}</span> },
              { key: "until", title: t("meterLife.validUntil"), render: (one) => <span className="num">{one.valid_until}</span> },
              { key: "found", title: t("meterLife.foundShare"), right: true, render: (one) => <span className="num">{one.found_percent ?? "—"} / {one.required_percent ?? "—"}</span> },
              { key: "state", title: t("day.state"), render: state },
            ]} />
        )}
      </Answer>
    </Card>
  );
}

function NewCalibration({ row, onMade }: { row: MeterPlate; onMade: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const answer = await addCalibration({
      plant: row.plant, meter: row.slug, certificate: text("certificate"), serial: text("serial"), laboratory: text("laboratory"), calibrated_on: text("calibrated_on"), valid_until: text("valid_until"),
      required_percent: text("required_percent") || null, found_percent: text("found_percent") || null,
    });
    if (!answer.ok) return setProblem(answer.error);
    await client.invalidateQueries({ predicate: (one) => ["calibrations", "arrival"].includes(String(one.queryKey[0])) });
    onMade();
  };
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
      <div className="form-grid">
        <Field label={t("meterLife.certificate")}>{(ids) => <input {...ids} className="input" name="certificate" maxLength={80} required />}</Field>
        <Field label={t("meterLife.serial")}>{(ids) => <input {...ids} className="input" name="serial" maxLength={80} />}</Field>
        <Field label={t("meterLife.laboratory")}>{(ids) => <input {...ids} className="input" name="laboratory" maxLength={120} />}</Field>
        <Field label={t("meterLife.calibratedOn")}>{(ids) => <input {...ids} className="input" name="calibrated_on" type="date" required />}</Field>
        <Field label={t("meterLife.validUntil")}>{(ids) => <input {...ids} className="input" name="valid_until" type="date" required />}</Field>
        <Field label={t("meterLife.required")}>{(ids) => <input {...ids} className="input" name="required_percent" inputMode="decimal" pattern="[0-9]+(\.[0-9]{1,3})?" />}</Field>
        <Field label={t("meterLife.foundShare")}>{(ids) => <input {...ids} className="input" name="found_percent" inputMode="decimal" pattern="[0-9]+(\.[0-9]{1,3})?" />}</Field>
      </div>
      {problem ? <ErrorCard problem={problem} /> : null}
      <div><button type="submit" className="button primary">{t("ui.save")}</button></div>
    </form>
  );
}

/** A new register in the old one's place: hours count across it. */
export function Replace({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const gateways = useGateways();
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const mayReplace = can(useMyself(), "manage_meters");
  /** A rate has no register: what is asked is what the old meter showed last and the new one first. */
  const isRate = row.quantity_unit !== row.unit;
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const at = new Date(`${text("at")}:00+08:00`).toISOString();
    const answer = await replaceMeter(row.id, { at, old_end: text("old_end"), new_start: text("new_start"), seal: text("seal"), note: text("note"), ...(text("gateway") ? { gateway: text("gateway") } : {}) });
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setDone(true);
    setOpen(false);
    await client.invalidateQueries({ queryKey: ["meter", row.id] });
  };
  if (!mayReplace) return null;
  return (
    <Card title={t("meterLife.replace")} aside={<button type="button" className="button small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t("meterLife.replace")}</button>}>
      <div className="stack">
        {isDone ? <Notice tone="ok" icon="check">{t("meterLife.replaced")}</Notice> : <p className="small">{t(isRate ? "meterLife.replaceRateText" : "meterLife.replaceText")}</p>}
        {isOpen ? (
          <form className="stack" onSubmit={(event) => { event.preventDefault(); void send(event.currentTarget); }}>
            <div className="form-grid">
              <Field label={t("meterLife.at")}>{(ids) => <input {...ids} className="input" name="at" type="datetime-local" required />}</Field>
              <Field label={`${t(isRate ? "meterLife.oldRate" : "meterLife.oldEnd")} (${row.unit})`}>{(ids) => <input {...ids} className="input" name="old_end" inputMode="decimal" pattern="[0-9]+(\.[0-9]+)?" required />}</Field>
              <Field label={`${t(isRate ? "meterLife.newRate" : "meterLife.newStart")} (${row.unit})`}>{(ids) => <input {...ids} className="input" name="new_start" inputMode="decimal" pattern="[0-9]+(\.[0-9]+)?" required />}</Field>
              <Field label={t("meterLife.seal")}>{(ids) => <input {...ids} className="input" name="seal" maxLength={40} />}</Field>
              <Field label={t("meterLife.gateway")}>{(ids) => <select {...ids} className="input" name="gateway"><option value="">{t("meterLife.sameGateway")}</option>{(gateways.data?.results ?? []).filter((each) => each.revoked_at === null && each.id !== row.gateway).map((each) => <option key={each.id} value={each.id}>{each.name} ({each.id})</option>)}</select>}</Field>
              <Field label={t("meterLife.note")}>{(ids) => <input {...ids} className="input" name="note" maxLength={150} required />}</Field>
            </div>
            {problem ? <ErrorCard problem={problem} /> : null}
            <div><button type="submit" className="button primary">{t("meterLife.doReplace")}</button></div>
          </form>
        ) : null}
      </div>
    </Card>
  );
}
