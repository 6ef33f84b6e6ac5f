/** The enterprise's months, newest first. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Problem } from "@/lib/problem";
import { openPeriod, type PeriodRow } from "@/api/accounting";
import { useGuidelineName } from "@/api/guidelines";
import { usePlants, type Plant } from "@/api/ingest";
import { useList } from "@/api/lists";
import { can, useMyself } from "@/api/me";
import { useNamed, useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { List } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Empty, ErrorCard } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

export const PERIOD_TONES: Record<string, Tone> = { collecting: "neutral", ready: "primary", submitted: "warn", in_verification: "warn", returned: "danger", verified: "ok", minted: "chain", superseded: "neutral" };

export function Page() {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const me = useMyself();
  const navigate = useNavigate();
  const plants = usePlants();
  const guideline = useGuidelineName();
  const query = useList<PeriodRow>("periods/", {}, { refetchInterval: 30_000 });
  const plantName = (id: string) => {
    const plant = plants.data?.results.find((each) => each.id === id);
    return plant ? named(plant) : id;
  };
  return (
    <>
      <PageHead title={t("periods.title")}>
        {plants.data?.results[0] ? <Link to="/model/$plant" params={{ plant: plants.data.results[0].id }} className="button"><Icon name="factory" size={16} />{t("model.open")}</Link> : null}
        {can(me, "keep_periods") ? <NewPeriod plants={plants.data?.results ?? []} /> : null}
      </PageHead>
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
            { key: "guideline", title: t("periods.guideline"), render: (row) => <span title={row.guideline}>{guideline(row.guideline)}</span> },
            { key: "at", title: t("periods.computed"), render: (row) => <Instant at={row.computed_at} /> },
          ]} />
      </Card>
    </>
  );
}

/** The month before this one, in China, as a period's name. */
export function lastMonth(now: Date): string {
  const china = new Date(now.getTime() + 8 * 3_600_000);
  return new Date(Date.UTC(china.getUTCFullYear(), china.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/** Opens a month or a year of a plant that has none yet. */
function NewPeriod({ plants }: { plants: readonly Plant[] }) {
  const { t } = useTranslation();
  const named = useNamed();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [kind, setKind] = useState<"month" | "year">("month");
  const send = async (form: FormData) => {
    const answer = await openPeriod(String(form.get("plant")), String(form.get(kind)));
    if (answer.ok) return navigate({ to: "/accounting/$period", params: { period: answer.value.id } });
    setProblem(answer.error);
  };
  if (plants.length === 0) return null;
  return (
    <>
      <form className="row tight" onSubmit={(event) => { event.preventDefault(); void send(new FormData(event.currentTarget)); }}>
        <select className="input short" name="plant" aria-label={t("periods.plant")}>{plants.map((plant) => <option key={plant.id} value={plant.id}>{named(plant)}</option>)}</select>
        <select className="input short" value={kind} aria-label={t("periods.kind")} onChange={(event) => setKind(event.target.value === "year" ? "year" : "month")}>
          <option value="month">{t("periods.month")}</option>
          <option value="year">{t("periods.year")}</option>
        </select>
        {kind === "month"
          ? <input key="month" className="input short" name="month" type="month" aria-label={t("periods.period")} defaultValue={lastMonth(new Date())} required />
          : <input key="year" className="input short" name="year" inputMode="numeric" pattern="20[0-9][0-9]" maxLength={4} aria-label={t("periods.period")} defaultValue={lastMonth(new Date()).slice(0, 4)} required />}
        <button type="submit" className="button">{t("periods.open")}</button>
      </form>
      {problem ? <div style={{ flexBasis: "100%" }}><ErrorCard problem={problem} /></div> : null}
    </>
  );
}
