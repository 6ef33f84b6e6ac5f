/** Lots that orders took apart, offered to be made one again. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sendLotMerger } from "@/api/keeping";
import type { Lot } from "@/api/market";
import { can, useMyself } from "@/api/me";
import { Card } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Rows } from "@/ui/List";
import { Tonnes } from "@/ui/Num";
import { lotRuns } from "./lotRuns";

const totalOf = (run: readonly Lot[]) => run.reduce((sum, lot) => sum + BigInt(lot.quantity), 0n).toString();

export function LotMerging({ lots }: { lots: readonly Lot[] }) {
  const { t } = useTranslation();
  const me = useMyself();
  const [signing, setSigning] = useState<Signing | null>(null);
  const runs = lotRuns(lots);
  if (runs.length === 0 || !can(me, "trade")) return null;
  const rangeOf = (run: readonly Lot[]) => `${run[0]!.unit}-${run[0]!.vintage} ${run[0]!.serial_from}…${run.at(-1)!.serial_to}`;
  const merge = (run: readonly Lot[]) => setSigning({
    title: t("coins.lotsTitle"), statement: t("coins.lotsStatement"),
    facts: [{ label: t("assets.serials"), value: <span className="mono">{rangeOf(run)}</span> }, { label: t("coins.count"), value: String(run.length) }, { label: t("assets.quantity"), value: <Tonnes value={totalOf(run)} /> }],
    intents: async () => [{ name: "merge_lots", args: { unit: run[0]!.unit, vintage: Number(run[0]!.vintage), serials: run.map((lot) => lot.serial_from) } }],
    send: ([signed]) => sendLotMerger(signed!),
  });
  return (
    <Card title={t("coins.lots")} note={t("coins.lotsNote")} flush>
      <Rows rows={runs} rowKey={rangeOf} label={t("coins.lots")}
        columns={[
          { key: "range", title: t("assets.serials"), render: (run) => <span className="mono">{rangeOf(run)}</span> },
          { key: "count", title: t("coins.count"), right: true, render: (run) => run.length },
          { key: "quantity", title: t("assets.quantity"), right: true, render: (run) => <Tonnes value={totalOf(run)} /> },
          { key: "do", title: "", right: true, render: (run) => <button type="button" className="button small" onClick={() => merge(run)}>{t("coins.merge")}</button> },
        ]} />
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}
