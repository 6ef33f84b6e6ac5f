/** Plants with their meters, and the gateways that publish for them. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGateways, usePlates, type MeterPlate } from "@/api/devices";
import { usePlants, useToday, type MeterToday, type Plant } from "@/api/ingest";
import { can, useMyself } from "@/api/me";
import { useNamed, useTerm } from "@/labels";
import { Card, PageHead } from "@/ui/Card";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Segments } from "@/ui/Segments";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Age, Instant, useNow } from "@/ui/time";
import { Gateways } from "./Gateways";
import { Kept } from "./Kept";
import { NewMeterForm, turnsOver } from "./NewMeterForm";
import { NewPlantForm } from "./NewPlantForm";
import { Taking } from "./Taking";

export const CHAIN_TONES: Record<string, Tone> = { unregistered: "warn", pending: "neutral", registered: "chain" };

export function Page() {
  const plants = usePlants();
  return <Answer query={plants}>{(data) => <View plants={data.results} />}</Answer>;
}

function View({ plants }: { plants: Plant[] }) {
  const { t } = useTranslation();
  const me = useMyself();
  const named = useNamed();
  const term = useTerm();
  const [chosen, setChosen] = useState(plants[0]?.id ?? "");
  const [adding, setAdding] = useState(false);
  const plant = plants.find((each) => each.id === chosen) ?? plants[0];
  const manages = can(me, "manage_meters");
  return (
    <>
      <PageHead title={t("devices.title")} sub={plant ? `${named(plant)} · ${term("Sector", plant.sector)}` : me.organisation}>
        {plants.length > 1 && plant ? <Segments label={t("live.plant")} value={plant.id} onChange={setChosen} options={plants.map((each) => ({ value: each.id, label: named(each) }))} /> : null}
        {manages && plant ? <button type="button" className="button" onClick={() => setAdding(!adding)}><Icon name="plus" size={16} />{t("devices.addPlant")}</button> : null}
      </PageHead>
      <div className="stack">
        <Taking />
        {manages ? null : <Notice icon="info">{t("devices.readOnly")}</Notice>}
        {adding || (manages && !plant) ? <NewPlantForm first={!plant} onMade={(made) => { setChosen(made.id); setAdding(false); }} /> : null}
        {plant ? <Meters key={plant.id} plant={plant} /> : manages ? null : <Card><Empty icon="factory" title={t("live.noPlants")} /></Card>}
        <Gateways manages={manages} />
        {plant ? <Kept key={plant.id} plant={plant.id} /> : null}
      </div>
    </>
  );
}

function Meters({ plant }: { plant: Plant }) {
  const { t } = useTranslation();
  const me = useMyself();
  const query = usePlates(plant.id);
  const gateways = useGateways();
  const [adding, setAdding] = useState(false);
  const usable = (gateways.data?.results ?? []).filter((each) => each.revoked_at === null);
  const manages = can(me, "manage_meters");
  return (
    <>
      <Card title={t("devices.meters")} note={query.data ? String(query.data.results.length) : undefined} flush aside={manages && usable.length > 0 ? (
        <button type="button" className="button small" onClick={() => setAdding(!adding)}><Icon name="plus" size={15} />{t("devices.addMeter")}</button>
      ) : undefined}>
        <Answer query={query} isEmpty={(data) => data.results.length === 0} empty={<Empty icon="pulse" title={t("devices.noMeters")}>{t(usable.length > 0 ? "devices.noMetersText" : "devices.gatewayFirst")}</Empty>}>
          {(data) => <Table rows={data.results} plant={plant.id} />}
        </Answer>
      </Card>
      {adding && usable.length > 0 ? <NewMeterForm plant={plant} gateways={usable} onClose={() => setAdding(false)} /> : null}
    </>
  );
}

function Table({ rows, plant }: { rows: readonly MeterPlate[]; plant: string }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  const navigate = useNavigate();
  const today = useToday(plant);
  const heard = new Map<string, MeterToday>((today.data?.meters ?? []).map((row) => [row.id, row]));
  return (
    <Rows rows={rows} rowKey={(row) => row.id} label={t("devices.meters")} onOpen={(row) => void navigate({ to: "/devices/$meter", params: { meter: row.id } })}
      columns={[
        { key: "name", title: t("devices.meter"), render: (row) => <><Link to="/devices/$meter" params={{ meter: row.id }} className="strong" onClick={(event) => event.stopPropagation()}>{named(row)}</Link><div className="small mono muted">{row.slug}</div></> },
        { key: "medium", title: t("devices.medium"), render: (row) => term("Medium", row.medium) },
        { key: "register", title: t("devices.register"), right: true, render: (row) => <Num value={turnsOver(row.least_count, String(row.digits))} unit={term("Unit", row.unit)} /> },
        { key: "gateway", title: t("devices.gateway"), render: (row) => <span className="mono">{row.gateway}</span> },
        { key: "heard", title: t("devices.lastReading"), right: true, render: (row) => <Heard row={heard.get(row.id)} /> },
        { key: "chain", title: t("devices.onLedger"), render: (row) => <StatusPill tone={CHAIN_TONES[row.chain] ?? "neutral"}>{t(`devices.chain.${row.chain as "pending"}`)}</StatusPill> },
      ]} />
  );
}

function Heard({ row }: { row: MeterToday | undefined }) {
  const { t } = useTranslation();
  const now = useNow(5_000);
  if (!row?.last) return <span className="muted">{t("devices.never")}</span>;
  // A meter that has been silent for long is told by its instant, not by a growing number of hours.
  return row.silent ? <span className="warn-text"><Instant at={row.last.at} /></span> : <Age at={row.last.at} now={now} />;
}
