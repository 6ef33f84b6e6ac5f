/** The enterprise's months, newest first. */
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { PeriodRow } from "@/api/accounting";
import { usePlants } from "@/api/ingest";
import { useList } from "@/api/lists";
import { useNamed, useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { List } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Empty } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

export const PERIOD_TONES: Record<string, Tone> = { collecting: "neutral", ready: "primary", submitted: "warn", in_verification: "warn", returned: "danger", verified: "ok", minted: "chain", superseded: "neutral" };

export function Page() {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const navigate = useNavigate();
  const plants = usePlants();
  const query = useList<PeriodRow>("periods/", {}, { refetchInterval: 30_000 });
  const plantName = (id: string) => {
    const plant = plants.data?.results.find((each) => each.id === id);
    return plant ? named(plant) : id;
  };
  return (
    <>
      <PageHead title={t("periods.title")} />
      <Card flush>
        <List query={query} rowKey={(row) => row.id} label={t("periods.title")}
          empty={<Empty icon="ledger" title={t("periods.none")}>{t("periods.noneText")}</Empty>}
          onOpen={(row) => void navigate({ to: "/accounting/$period", params: { period: row.id } })}
          columns={[
            { key: "period", title: t("periods.period"), render: (row) => <span className="strong num">{row.period}</span> },
            { key: "plant", title: t("periods.plant"), render: (row) => plantName(row.plant) },
            { key: "state", title: t("periods.state"), render: (row) => <StatusPill tone={PERIOD_TONES[row.state] ?? "neutral"}>{term("PeriodState", row.state)}</StatusPill> },
            { key: "version", title: t("periods.version"), right: true, render: (row) => <span className="num">{row.version}</span> },
            { key: "total", title: t("periods.total"), right: true, render: (row) => <Num value={row.total_tco2} places={3} unit={t("unit.tco2")} /> },
            { key: "guideline", title: t("periods.guideline"), render: (row) => <span className="mono">{row.guideline}</span> },
            { key: "at", title: t("periods.computed"), render: (row) => <Instant at={row.computed_at} /> },
          ]} />
      </Card>
    </>
  );
}
