/** One meter on its way: plate, registration on the ledger by the person's key, the wait for the first reading. */
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { meterToSign, registerMeter, useArrival, usePlate, type Arrival, type MeterPlate } from "@/api/devices";
import { can, useMyself } from "@/api/me";
import { useNamed, useTerm, useWords } from "@/labels";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { ConfirmSign, type Signing } from "@/ui/ConfirmSign";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Answer, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant, instantText, useNow } from "@/ui/time";
import { CHAIN_TONES } from "./Devices";
import { Ways } from "./Gateways";
import { MeterKey } from "./MeterKey";
import { Calibrations, Placed, Replace } from "./MeterLife";
import { turnsOver } from "./NewMeterForm";
import { Taking } from "./Taking";

export function Page() {
  const { meter } = useParams({ strict: false }) as { meter: string };
  const query = usePlate(meter);
  return <Answer query={query}>{(row) => <View row={row} />}</Answer>;
}

function View({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const named = useNamed();
  return (
    <>
      <PageHead title={named(row)} sub={<span className="mono">{row.plant}/{row.slug}</span>}>
        <StatusPill tone={CHAIN_TONES[row.chain] ?? "neutral"}>{t(`devices.chain.${row.chain as "pending"}`)}</StatusPill>
        <Link to="/live" className="button"><Icon name="pulse" size={16} />{t("home.seeLive")}</Link>
      </PageHead>
      <div className="columns one-one">
        <div className="stack"><Plate row={row} /><Registration row={row} /><Placed row={row} /><MeterKey row={row} /></div>
        <div className="stack"><FirstReading row={row} /><Proof row={row} /><Calibrations row={row} /><Replace row={row} /></div>
      </div>
    </>
  );
}

function Plate({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const term = useTerm();
  return (
    <Card title={t("devices.plate")}>
      <Facts>
        <Fact label={t("devices.medium")}>{term("Medium", row.medium)}</Fact>
        <Fact label={t("devices.unit")}>{term("Unit", row.unit)}</Fact>
        {row.quantity_unit === row.unit ? null : <Fact label={t("meterLife.quantityUnit")}>{term("Unit", row.quantity_unit)} <span className="small muted">{t("meterLife.rateHint")}</span></Fact>}
        <Fact label={t("devices.leastCount")}><Num value={row.least_count} unit={term("Unit", row.unit)} /></Fact>
        <Fact label={t("devices.register")}><Num value={turnsOver(row.least_count, String(row.digits))} unit={term("Unit", row.unit)} /></Fact>
        <Fact label={t("devices.interval")}><span className="num">{row.interval_s}</span></Fact>
        <Fact label={t("devices.stream")}><span className="mono">{row.stream || "—"}</span></Fact>
        <Fact label={t("devices.gateway")}><span className="mono">{row.gateway}</span></Fact>
        <Fact label={t("devices.validFrom")}><Instant at={row.installed_at ?? row.valid_from} />{row.installation > 0 ? <span className="small muted"> {t("meterLife.installation", { n: row.installation + 1 })}</span> : null}</Fact>
        <Fact label={t("devices.calibration")}>{row.calibration || "—"}</Fact>
        <Fact label={t("devices.calibratedUntil")}><span className="num">{row.calibrated_until ?? "—"}</span></Fact>
      </Facts>
    </Card>
  );
}

function Registration({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const me = useMyself();
  const named = useNamed();
  const [signing, setSigning] = useState<Signing | null>(null);
  const open = () => setSigning({
    title: t("devices.registerTitle"),
    statement: t("devices.registerStatement"),
    facts: [
      { label: t("devices.meter"), value: `${named(row)} (${row.plant}/${row.slug})` },
      { label: t("devices.register"), value: `${row.least_count} ${row.unit} × 10^${row.digits}` },
      { label: t("devices.gateway"), value: <span className="mono">{row.gateway}</span> },
    ],
    intents: async () => [await meterToSign(row.id)],
    send: ([signed]) => registerMeter(row.id, signed!),
  });
  return (
    <Card title={t("devices.onLedger")}>
      <div className="stack">
        {row.chain === "registered" ? <div className="row"><StatusPill tone="chain">{t("devices.chain.registered")}</StatusPill><Hash value={row.registered_tx} /></div> : (
          <>
            <p className="small">{t("devices.registerText")}</p>
            {can(me, "manage_meters") ? <div><button type="button" className="button primary" onClick={open}><Icon name="pen" size={16} />{t("devices.registerNow")}</button></div> : null}
          </>
        )}
      </div>
      <ConfirmSign signing={signing} onClose={() => setSigning(null)} />
    </Card>
  );
}

function FirstReading({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const query = useArrival(row.id);
  return (
    <Card title={t("devices.firstReading")}>
      <div className="stack">
        <Taking />
        {query.data?.calibrated === false ? <Notice tone="warn" icon="alert"><span data-testid="uncalibrated">{t("meterLife.uncalibrated")}</span></Notice> : null}
        <Answer query={query} rows={3}>{(found) => (found.last ? <Here found={found} unit={row.unit} /> : <WaitingFor found={found} />)}</Answer>
      </div>
    </Card>
  );
}

function Here({ found, unit }: { found: Arrival; unit: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const term = useTerm();
  const last = found.last!;
  return (
    <div className="stack">
      <Notice tone="ok" icon="check">{t("devices.arrived")}</Notice>
      <div className="big-figure"><Num value={last.value} unit={term("Unit", unit)} /></div>
      <Facts>
        <Fact label={t("devices.at")}><Instant at={last.at} /></Fact>
        <Fact label={t("devices.offset")}><Offset at={last.at} /></Fact>
        <Fact label={t("devices.signature")}><StatusPill tone={last.signed ? "chain" : "warn"}>{t(last.signed ? "devices.signed" : "devices.unsigned")}</StatusPill></Fact>
        {found.grade ? <Fact label={t("meterLife.grade")}><span data-testid="grade" className="strong">{found.grade}</span> <span className="small muted">{t(`meterLife.grade_${found.grade}`)}</span></Fact> : null}
        <Fact label={t("devices.topic")}><span className="mono wrap-anywhere">{found.topic}</span></Fact>
      </Facts>
      {found.instead.length > 0 ? <Instead found={found} /> : null}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="small">{t("meterLife.lines")}</summary>
        {isOpen ? <Ways lines={found.lines} /> : null}
      </details>
    </div>
  );
}

/** One signed reading with its way to the ledger, as a file: whoever has the report checks it without this site. */
function Proof({ row }: { row: MeterPlate }) {
  const { t } = useTranslation();
  const [at, setAt] = useState("");
  // What is entered is Shanghai's clock, as on all pages.
  const query = at ? `?at=${encodeURIComponent(`${at}:00+08:00`)}` : "";
  return (
    <Card title={t("meterLife.proof")}>
      <div className="stack">
        <p className="small">{t("meterLife.proofText")}</p>
        <div className="row">
          <label className="row tight"><span className="small muted">{t("meterLife.proofAt")}</span><input className="input" type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} /></label>
          <a className="button small" href={`/api/v1/meters/${row.id}/proof/${query}`}><Icon name="download" size={15} />{t("meterLife.proofLoad")}</a>
        </div>
        <pre className="signed-text" tabIndex={0}>{t("meterLife.proofLine")}</pre>
      </div>
    </Card>
  );
}

/** How far the newest reading's own clock lies behind this device's, in whole seconds. */
function Offset({ at }: { at: string }) {
  const { t } = useTranslation();
  const now = useNow(1000);
  return <span className="num">{t("age.seconds", { n: Math.round((now - Date.parse(at)) / 1000) })}</span>;
}

function WaitingFor({ found }: { found: Arrival }) {
  const { t } = useTranslation();
  const username = found.topic.split("/")[1] ?? "";
  const told = found.state === "arrived" ? "waiting" : found.state;
  const at = instantText(told === "refused" ? found.refused_at : found.connected_at);
  return (
    <div className="stack">
      <Notice icon="clock"><span role="status">{t("devices.waiting")}</span></Notice>
      <Notice tone={told === "waiting" ? undefined : "warn"} icon={told === "waiting" ? "info" : "alert"}><span data-testid="arrival-state">{t(`meterLife.state_${told}`, { at, username })}</span></Notice>
      {found.instead.length > 0 ? <Instead found={found} /> : null}
      <Facts>
        <Fact label={t("devices.broker")}><span className="mono">{found.broker.host}:{found.broker.port}{found.broker.tls ? " TLS" : ""}</span></Fact>
        <Fact label={t("devices.username")}><Hash value={username}><span className="mono">{username}</span></Hash></Fact>
      </Facts>
      <Facts><Fact label={t("devices.topic")}><Hash value={found.topic}><span className="mono wrap-anywhere">{found.topic}</span></Hash></Fact></Facts>
      <Ways lines={found.lines} />
    </div>
  );
}

/** What the gateway sent that could not be stored, each with what to do about it. */
function Instead({ found }: { found: Arrival }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <div className="stack tight" data-testid="instead">
      <h3 className="small strong">{t("devices.instead")}</h3>
      {found.instead.map((row) => (
        <div key={row.id} className="notice warn" role="alert">
          <Icon name="alert" />
          <div className="stack tight grow">
            <strong>{words(row.what)}</strong>
            {row.more > 0 && <strong>{t("live.quarantineMore", { number: row.more })}</strong>}
            <span>{words(row.meaning)} {words(row.action)}</span>
            <span className="small muted row apart"><span className="mono wrap-anywhere">{row.topic}</span><span>{t("fault.case")} <span className="mono">{row.case}</span></span></span>
          </div>
        </div>
      ))}
    </div>
  );
}
