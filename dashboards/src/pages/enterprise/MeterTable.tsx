import { useTranslation } from "react-i18next";
import type { Meter } from "@/api/ingest";
import { useNamed, useTerm } from "@/labels";
import { Card } from "@/ui/Card";
import { Spark } from "@/ui/charts/Spark";
import { Num } from "@/ui/Num";
import { StatusPill } from "@/ui/StatusPill";
import { Age, useNow } from "@/ui/time";
import { stateOf, type LivePlant, type MeterState } from "./liveMeters";

const TONES: Record<MeterState, "ok" | "warn" | "danger" | "neutral"> = { good: "ok", late: "warn", silent: "danger", noReading: "neutral" };

/** Increments between readings, for the small line beside a register that only grows. */
function increments(history: readonly (readonly [number, number])[]): number[] {
  return history.slice(1).map((point, i) => point[1] - history[i]![1]).slice(-60);
}

/** Every meter with its last register value. Plain rows: they change each second. */
export function MeterTable({ meters, live }: { meters: readonly Meter[]; live: LivePlant }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const now = useNow();
  return (
    <Card title={t("live.meters")} note={`${meters.length}`} flush>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("live.meters")}>
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">{t("live.meter")}</th><th scope="col">{t("live.medium")}</th><th scope="col" className="right">{t("live.reading")}</th>
              <th scope="col">{t("live.rate")}</th><th scope="col" className="right">{t("live.updated")}</th><th scope="col">{t("live.state")}</th>
            </tr>
          </thead>
          <tbody>
            {meters.map((meter) => {
              const reading = live.meters[meter.slug];
              const state = stateOf(reading, meter, now);
              return (
                <tr key={meter.id}>
                  <td className="nowrap"><div>{named(meter)}</div><div className="small mono muted">{meter.slug}</div></td>
                  <td className="muted">{term("Medium", meter.medium)}</td>
                  <td className="right"><Num value={reading?.value} unit={term("Unit", meter.unit)} /></td>
                  <td><Spark points={increments(reading?.history ?? [])} /></td>
                  <td className="right"><Age at={reading?.at} now={now} /></td>
                  <td><span className="row tight" style={{ flexWrap: "nowrap" }}><StatusPill tone={TONES[state]}>{t(`live.${state}`)}</StatusPill>{reading?.signed ? <StatusPill tone="chain" dot={false}>{t("live.signed")}</StatusPill> : null}</span></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
