/** The data quality plan of a plant: versions, whether the one in force is as the model, and filing a new one. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Plant } from "@/api/ingest";
import { can, useMyself } from "@/api/me";
import { filePlan, planToSign, usePlans, type PlanRow } from "@/api/modelling";
import { useNamed, useWords } from "@/labels";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

export function Plan({ plant }: { plant: Plant }) {
  const { t } = useTranslation();
  const named = useNamed();
  const me = useMyself();
  const query = usePlans(plant.id);
  const [signing, setSigning] = useState<Signing | null>(null);
  const file: Signing = {
    title: t("model.planTitle", { plant: named(plant) }),
    statement: t("model.planConfirm"),
    facts: [{ label: t("model.plant"), value: named(plant) }],
    intents: async () => [await planToSign(plant.id)],
    learn: ([intent]) => [{ label: t("model.digest"), value: <span className="mono wrap-anywhere">{(intent as unknown as { digest: string }).digest}</span> }],
    send: ([signed]) => filePlan(plant.id, signed!),
    onDone: () => void query.refetch(),
  };
  const files = can(me, "keep_periods") && (me.role === "head" || me.role === "carbon_manager");
  return (
    <Card title={t("model.plan")} note={t("model.planText")} flush aside={files && query.data && !query.data.current ? <button type="button" className="button" onClick={() => setSigning(file)}><Icon name="pen" size={15} />{t("model.planFile")}</button> : undefined}>
      <Answer query={query} rows={2}>{(data) => (data.results.length === 0 ? <Empty icon="file" title={t("model.planNone")} /> : <><Versions rows={data.results} current={data.current} /><Content row={data.results[0]!} /></>)}</Answer>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}

function Versions({ rows, current }: { rows: readonly PlanRow[]; current: boolean }) {
  const { t } = useTranslation();
  const inForce = rows.find((row) => row.filed_tx)?.version;
  const state = (row: PlanRow) => {
    if (!row.filed_tx) return <StatusPill tone="warn">{t("model.planWaiting")}</StatusPill>;
    if (row.version !== inForce) return null;
    return current ? <StatusPill tone="chain">{t("model.planCurrent")}</StatusPill> : <StatusPill tone="warn">{t("model.planBehind")}</StatusPill>;
  };
  return (
    <Rows rows={rows} rowKey={(row) => String(row.version)} label={t("model.plan")}
      columns={[
        { key: "version", title: t("model.planVersion"), render: (row) => <span className="num">{row.version}</span> },
        { key: "state", title: t("periods.state"), render: state },
        { key: "at", title: t("assets.at"), render: (row) => <Instant at={row.filed_at ?? row.created_at} /> },
        { key: "digest", title: t("model.digest"), render: (row) => <Hash value={row.digest} /> },
        { key: "tx", title: t("market.tx"), render: (row) => <Hash value={row.filed_tx} /> },
      ]} />
  );
}

/** What the newest version says of each datum: how it is measured, by which device, who is responsible. */
function Content({ row }: { row: PlanRow }) {
  const { t } = useTranslation();
  const words = useWords();
  const lines = row.plan.streams.flatMap((stream) => (stream.meters.length > 0 ? stream.meters : [null]).map((meter) => ({ stream, meter })));
  const said = (text: string | undefined) => text || <span className="muted">{t("model.notGiven")}</span>;
  return (
    <details className="plan-content">
      <summary>{t("model.planContent", { n: row.version })}</summary>
      <Rows rows={lines} rowKey={(one) => `${one.stream.slug}:${one.meter?.meter ?? ""}`} label={t("model.planContent", { n: row.version })}
        columns={[
          { key: "stream", title: t("model.stream"), render: (one) => words(one.stream) },
          { key: "department", title: t("model.department"), render: (one) => said(one.stream.department) },
          { key: "equipment", title: t("model.equipment"), render: (one) => said(one.stream.equipment) },
          { key: "meter", title: t("model.meter"), render: (one) => (one.meter ? <span className="mono">{one.meter.meter}</span> : t("model.byEntry")) },
          { key: "device", title: t("model.device"), render: (one) => (one.meter ? said(one.meter.device_model) : "—") },
          { key: "place", title: t("model.place"), render: (one) => (one.meter ? said(one.meter.device_place) : "—") },
          { key: "accuracy", title: t("model.required"), right: true, render: (one) => <span className="num">{one.meter?.required_percent || "—"}</span> },
          { key: "interval", title: t("model.interval"), right: true, render: (one) => <span className="num">{one.meter?.interval_s ?? "—"}</span> },
          { key: "every", title: t("model.every"), render: (one) => (one.meter ? said(one.meter.calibration_every) : "—") },
        ]} />
    </details>
  );
}
