/** Declaring a plant's laws of physics: kind, meters of both sides, a trial on a month, and keeping them. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePlates } from "@/api/devices";
import { can, useMyself } from "@/api/me";
import { declareLaws, tryLaws, useLaws, type LawKind, type LawsInUse, type PlantLaw, type Witness } from "@/api/radar";
import { useNamed, useTerm } from "@/labels";
import type { Problem } from "@/lib/problem";
import { Witnesses } from "@/pages/auditor/Witnesses";
import { Card } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Answer, Empty, ErrorCard, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { fits, isWhole, kindOf, LAWS_MAX, withLaw, withMeterOf, withoutLaw, type LawMeter, type Side } from "./laws";
import { lastMonth } from "./Periods";
import "./model.css";

interface NamedMeter extends LawMeter {
  name_zh: string;
  name_en: string;
}

export function LawEditor({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const me = useMyself();
  const laws = useLaws(plant);
  const plates = usePlates(plant);
  if (!can(me, "keep_periods")) return <Card title={t("witness.declare")}><Notice>{t("witness.notYours")}</Notice></Card>;
  return (
    <Answer query={laws} rows={3}>{(kept) => (
      <Answer query={plates} rows={3}>{(meters) => (meters.results.length < 2
        ? <Card title={t("witness.declare")}><Empty icon="pulse" title={t("witness.noMeters")}>{t("witness.noMetersText")}</Empty></Card>
        : <Editor plant={plant} kept={kept} meters={meters.results} />)}</Answer>
    )}</Answer>
  );
}

function Editor({ plant, kept, meters }: { plant: string; kept: LawsInUse; meters: readonly NamedMeter[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const usual = kept.laws.filter((law) => law.usual);
  const [laws, setLaws] = useState<PlantLaw[]>(() => ownOf(kept));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [said, setSaid] = useState("");
  const change = (next: PlantLaw[]) => { setSaid(""); setLaws(next); };
  const keep = async (next: PlantLaw[]) => {
    const answer = await declareLaws(plant, next);
    setProblem(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setLaws(ownOf(answer.value));
    setSaid(answer.value.declared ? t("witness.saved") : t("witness.usualAgain"));
    client.setQueryData(["laws", plant], answer.value);
    await client.invalidateQueries({ predicate: (one) => ["residuals", "period"].includes(String(one.queryKey[0])) });
  };
  const ready = isWhole(laws) && (laws.length > 0 || kept.declared);
  return (
    <Card title={t("witness.declare")} note={<StatusPill tone={kept.declared ? "ok" : "neutral"} dot={false}>{kept.declared ? t("witness.declared") : t("witness.usualLaws")}</StatusPill>}>
      <div className="stack">
        <span className="muted">{t("witness.declareText")}</span>
        {usual.map((law) => <UsualLaw key={law.slug} law={law} kind={kindOf(kept.kinds, law.kind)} meters={meters} />)}
        {laws.length + usual.length === 0 ? <span className="muted">{t("witness.empty")}</span> : null}
        {laws.map((law) => <LawForm key={law.slug} law={law} kind={kindOf(kept.kinds, law.kind)} meters={meters} onChange={change} laws={laws} />)}
        <AddLaw kinds={kept.kinds} full={laws.length >= LAWS_MAX} onAdd={(kind) => change(withLaw(laws, kind))} />
        {ready && laws.length > 0 ? <LawTrial plant={plant} laws={laws} /> : null}
        {problem ? <ErrorCard problem={problem} /> : null}
        <div className="row">
          <button type="button" className="button primary" disabled={!ready} onClick={() => void keep(laws)}>{t("witness.save")}</button>
          {kept.declared ? <button type="button" className="button" onClick={() => void keep([])}>{t("witness.backToUsual")}</button> : null}
          {laws.length > 0 && !ready ? <span className="small muted">{t("witness.bothSides")}</span> : null}
          {said ? <span className="ok-text" role="status">{said}</span> : null}
        </div>
      </div>
    </Card>
  );
}

/** Those of a plant's laws that it declared, as they are sent. */
const ownOf = (kept: LawsInUse): PlantLaw[] => kept.laws.filter((law) => !law.usual).map(({ slug, kind, left, right }) => ({ slug, kind, left, right }));

/** A law that follows from meters and streams: shown, and not to be taken away by who is watched. */
function UsualLaw({ law, kind, meters }: { law: PlantLaw; kind: LawKind | undefined; meters: readonly NamedMeter[] }) {
  const { t, i18n } = useTranslation();
  const named = useNamed();
  const language = i18n.language === "en" ? "en" : "zh";
  const side = (slugs: readonly string[]) => slugs.map((slug) => { const meter = meters.find((each) => each.slug === slug); return meter ? named(meter) : slug; }).join(language === "zh" ? "、" : ", ");
  return (
    <fieldset className="model-stream stack tight">
      <legend className="strong">{kind?.words[language] ?? law.kind} <span className="mono small muted">{law.slug}</span> <StatusPill dot={false}>{t("witness.usualLaw")}</StatusPill></legend>
      <span className="small muted">{kind?.formula[language]}</span>
      <span className="small">{t("witness.left")}: {side(law.left)} · {t("witness.right")}: {side(law.right)}</span>
    </fieldset>
  );
}

function AddLaw({ kinds, full, onAdd }: { kinds: readonly LawKind[]; full: boolean; onAdd: (kind: string) => void }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  const [kind, setKind] = useState(kinds[0]?.kind ?? "");
  const chosen = kindOf(kinds, kind);
  return (
    <form className="stack tight" onSubmit={(event) => { event.preventDefault(); onAdd(kind); }}>
      <div className="row">
        <select className="input grow" aria-label={t("witness.kind")} value={kind} onChange={(event) => setKind(event.target.value)}>{kinds.map((each) => <option key={each.kind} value={each.kind}>{each.words[language]}</option>)}</select>
        <button type="submit" className="button" disabled={full || !chosen}><Icon name="plus" size={15} />{t("witness.add")}</button>
      </div>
      {chosen ? <span className="small muted">{chosen.formula[language]} · {t("witness.tolerance", { percent: chosen.tolerance_percent })}</span> : null}
    </form>
  );
}

interface FormParts {
  law: PlantLaw;
  kind: LawKind | undefined;
  meters: readonly NamedMeter[];
  laws: readonly PlantLaw[];
  onChange: (laws: PlantLaw[]) => void;
}

function LawForm({ law, kind, meters, laws, onChange }: FormParts) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return (
    <fieldset className="model-stream stack tight">
      <legend className="strong">{kind?.words[language] ?? law.kind} <span className="mono small muted">{law.slug}</span></legend>
      <span className="small muted">{kind?.formula[language]}</span>
      <div className="columns one-one">
        {(["left", "right"] as const).map((side) => <SideMeters key={side} law={law} side={side} meters={meters} onChange={(meter, on) => onChange(withMeterOf(laws, law.slug, side, meter, on))} />)}
      </div>
      <div className="row apart"><span /><button type="button" className="button plain small danger" onClick={() => onChange(withoutLaw(laws, law.slug))}>{t("witness.remove")}</button></div>
    </fieldset>
  );
}

function SideMeters({ law, side, meters, onChange }: { law: PlantLaw; side: Side; meters: readonly NamedMeter[]; onChange: (meter: string, on: boolean) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  // What is on the side stands first; the order is that of the first look, so that no tick moves a row.
  const [first] = useState(() => new Set(law[side]));
  const rows = [...meters.filter((meter) => first.has(meter.slug)), ...meters.filter((meter) => !first.has(meter.slug))];
  return (
    <fieldset className="law-side">
      <legend className="small strong">{t(`witness.sides_${law.kind === "submeters" || law.kind === "process" ? law.kind : "heat"}_${side}`)} <span className="num muted">{law[side].length}</span></legend>
      {rows.map((meter) => {
        const may = fits(law, side, meter, meters);
        return (
          <label key={meter.slug} className={may ? "row tight small" : "row tight small muted"}>
            <input type="checkbox" disabled={!may} checked={law[side].includes(meter.slug)} onChange={(event) => onChange(meter.slug, event.target.checked)} />
            {named(meter)} <span className="muted">{term("Unit", meter.unit)}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

function LawTrial({ plant, laws }: { plant: string; laws: PlantLaw[] }) {
  const { t } = useTranslation();
  const [month, setMonth] = useState(() => lastMonth(new Date()));
  const [rows, setRows] = useState<{ of: PlantLaw[]; found: Witness[] } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    const answer = await tryLaws(plant, laws, month);
    setBusy(false);
    setProblem(answer.ok ? null : answer.error);
    setRows(answer.ok ? { of: laws, found: answer.value.results } : null);
  };
  return (
    <div className="stack">
      <form className="row" onSubmit={(event) => { event.preventDefault(); void run(); }}>
        <input className="input short" type="month" aria-label={t("witness.month")} value={month} onChange={(event) => setMonth(event.target.value)} required />
        <button type="submit" className="button" disabled={busy}>{busy ? t("ui.loading") : t("witness.try")}</button>
        <span className="small muted">{t("witness.tryText")}</span>
      </form>
      {problem ? <ErrorCard problem={problem} /> : null}
      {rows && rows.of === laws ? <Witnesses rows={rows.found} /> : null}
    </div>
  );
}
