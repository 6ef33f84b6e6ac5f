/** From a figure's meter down to signed readings: days of the month, hours of a day, the readings at an hour's edges. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { monthBehind, readingAt, readingFile, type Behind, type DayBehind, type Door, type HourBehind } from "@/api/basis";
import { oneTransaction } from "@/api/oversight";
import { useNamed, useTerm } from "@/labels";
import { formatted, minus } from "@/lib/decimal";
import { checkReading } from "@/lib/reading";
import { SidePanel } from "@/ui/antd/SidePanel";
import { Fact, Facts } from "@/ui/Card";
import { Hash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Answer, Empty, Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { Instant, instantText } from "@/ui/time";

/** period: a month, or a year whose months are chosen from. */
export function Basis({ door, meter, period, onClose }: { door: Door; meter: string; period: string; onClose: () => void }) {
  const { t } = useTranslation();
  const months = period.includes("-") ? [period] : Array.from({ length: 12 }, (_, n) => `${period}-${String(n + 1).padStart(2, "0")}`);
  const [month, setMonth] = useState(months[0]!);
  return (
    <SidePanel open title={t("basis.title", { meter })} onClose={onClose} width={680}>
      <div className="stack">
        <p className="small muted">{t("basis.text")}</p>
        {months.length > 1 ? <label className="row tight"><span className="small muted">{t("basis.month")}</span><select className="input" value={month} onChange={(event) => setMonth(event.target.value)}>{months.map((each) => <option key={each}>{each}</option>)}</select></label> : null}
        <Month key={month} door={door} meter={meter} month={month} />
      </div>
    </SidePanel>
  );
}

function Month({ door, meter, month }: { door: Door; meter: string; month: string }) {
  const [day, setDay] = useState("");
  const query = useQuery({ queryKey: ["basis", door, meter, month], queryFn: () => monthBehind(door, meter, month), staleTime: 60_000 });
  return <Answer query={query}>{(data) => (day ? <Day door={door} month={data} day={data.days.find((each) => each.day === day)!} onBack={() => setDay("")} /> : <Days data={data} onOpen={setDay} />)}</Answer>;
}

function Days({ data, onOpen }: { data: Behind; onOpen: (day: string) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const named = useNamed();
  if (data.days.length === 0) return <Empty icon="pulse" title={t("basis.none")}>{t("basis.noneText")}</Empty>;
  return (
    <>
      <Facts>
        <Fact label={named(data)}><strong><Num value={data.quantity} unit={term("Unit", data.unit)} /></strong> <span className="small muted">{t("basis.sumOf", { n: data.days.length })}</span></Fact>
      </Facts>
      <Rows rows={data.days} rowKey={(row) => row.day} label={t("basis.days")} onOpen={(row) => onOpen(row.day)}
        columns={[
          { key: "day", title: t("basis.day"), render: (row) => <button type="button" className="button plain small num" onClick={() => onOpen(row.day)}>{row.day}</button> },
          { key: "quantity", title: term("Unit", data.unit), right: true, render: (row) => <Num value={row.quantity} /> },
          { key: "signed", title: t("basis.signed"), right: true, render: (row) => <span className="num">{row.signed} / {row.readings}</span> },
          { key: "known", title: t("basis.known"), render: (row) => <Known row={row} /> },
          { key: "anchor", title: t("basis.anchor"), render: (row) => (row.anchors.length === 0 ? <span className="muted">{t("basis.notAnchored")}</span> : <StatusPill tone="chain">{t("basis.anchored", { n: row.anchors.length })}</StatusPill>) },
        ]} />
    </>
  );
}

function Known({ row }: { row: DayBehind }) {
  const { t } = useTranslation();
  if (row.ambiguous > 0) return <StatusPill tone="danger">{t("basis.ambiguous", { n: row.ambiguous })}</StatusPill>;
  return row.estimated > 0 ? <StatusPill tone="warn">{t("basis.estimated", { n: row.estimated })}</StatusPill> : <StatusPill tone="ok">{t("basis.hours", { n: row.hours })}</StatusPill>;
}

function Day({ door, month, day, onBack }: { door: Door; month: Behind; day: DayBehind; onBack: () => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const [hour, setHour] = useState<HourBehind | null>(null);
  const query = useQuery({ queryKey: ["basis", door, month.meter, month.month, day.day], queryFn: () => monthBehind(door, month.meter, month.month, day.day), staleTime: 60_000 });
  const clock = (at: string) => instantText(at).slice(11, 16);
  return (
    <>
      <div className="row apart">
        <button type="button" className="button small" onClick={hour ? () => setHour(null) : onBack}>← {hour ? day.day : month.month}</button>
        <strong><Num value={hour ? hour.quantity : day.quantity} unit={term("Unit", month.unit)} /></strong>
      </div>
      {hour ? <Edges door={door} meter={month.meter} hour={hour} anchors={month.days.flatMap((each) => each.anchors)} /> : (
        <Answer query={query}>
          {(data) => (
            <Rows rows={data.hours} rowKey={(row) => row.hour} label={t("basis.ofDay", { day: day.day })} onOpen={setHour}
              columns={[
                { key: "hour", title: t("basis.hour"), render: (row) => <button type="button" className="button plain small num" onClick={() => setHour(row)}>{clock(row.hour)}</button> },
                { key: "quantity", title: term("Unit", month.unit), right: true, render: (row) => <Num value={row.quantity} /> },
                { key: "signed", title: t("basis.signed"), right: true, render: (row) => <span className="num">{row.signed} / {row.readings}</span> },
                { key: "known", title: t("basis.known"), render: (row) => <StatusPill tone={row.ambiguous ? "danger" : row.estimated ? "warn" : "ok"}>{t(row.ambiguous ? "basis.ambiguousHour" : row.estimated ? "basis.estimatedHour" : "basis.measured")}</StatusPill> },
              ]} />
          )}
        </Answer>
      )}
    </>
  );
}

const HOUR_MS = 3_600_000;

function Edges({ door, meter, hour, anchors }: { door: Door; meter: string; hour: HourBehind; anchors: DayBehind["anchors"] }) {
  const { t } = useTranslation();
  const ends = new Date(Date.parse(hour.hour) + HOUR_MS).toISOString();
  const [from, to] = [useReading(door, meter, hour.hour).data?.found.value, useReading(door, meter, ends).data?.found.value];
  // A register's hour is the difference of its readings; a rate's is an area, and says so by having none.
  const holds = from !== undefined && to !== undefined && minus(to, from) === hour.quantity;
  return (
    <>
      {hour.signed === 0 ? <Notice tone="warn" icon="alert">{t("basis.unsignedHour")}</Notice> : null}
      <Reading door={door} meter={meter} at={hour.hour} title={t("basis.begins")} anchors={anchors} />
      <Reading door={door} meter={meter} at={ends} title={t("basis.ends")} anchors={anchors} />
      {holds ? <Lamp holds>{t("basis.difference", { from: formatted(from), to: formatted(to), n: formatted(hour.quantity) })}</Lamp> : null}
    </>
  );
}

function useReading(door: Door, meter: string, at: string) {
  return useQuery({ queryKey: ["reading", door, meter, at], staleTime: Number.POSITIVE_INFINITY, queryFn: async () => {
    const proof = await readingAt(door, meter, at);
    return { proof, found: await checkReading(proof) };
  } });
}

function Reading({ door, meter, at, title, anchors }: { door: Door; meter: string; at: string; title: string; anchors: DayBehind["anchors"] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const query = useReading(door, meter, at);
  return (
    <section className="stack tight" aria-label={title}>
      <h3 className="small strong">{title}</h3>
      <Answer query={query} rows={3}>
        {({ proof, found }) => (
          <div className="stack tight">
            <div className="row"><span className="big-figure"><Num value={found.value} unit={term("Unit", found.unit)} /></span><Instant at={found.at} /></div>
            <Lamp holds={found.signed}>{t(found.signed === null ? "basis.cannotCheck" : found.signed ? "basis.signatureValid" : "basis.signatureWrong")} <Hash value={found.fingerprint} /></Lamp>
            <Lamp holds={found.inBatch && found.inDay}>{t(found.inBatch && found.inDay ? "basis.inDay" : "basis.notInDay", { day: proof.day, index: proof.index + 1, size: proof.size })}</Lamp>
            <OnLedger root={proof.root} n={proof.n} day={proof.day} anchors={anchors} />
            <div><a className="button small" href={readingFile(door, meter, at)}><Icon name="download" size={15} />{t("basis.file")}</a></div>
          </div>
        )}
      </Answer>
    </section>
  );
}

function Lamp({ holds, children }: { holds: boolean | null; children: React.ReactNode }) {
  return <div className="row tight small" data-holds={holds}><StatusPill tone={holds === null ? "neutral" : holds ? "ok" : "danger"} dot>{holds === null ? "?" : holds ? "✓" : "✗"}</StatusPill><span className="wrap-anywhere">{children}</span></div>;
}

/** The day's root in the transaction that anchored it; a reading of the evening before has another day's root. */
function OnLedger({ root, n, day, anchors }: { root: string; n: number; day: string; anchors: DayBehind["anchors"] }) {
  const { t } = useTranslation();
  const anchor = anchors.find((each) => each.root === root && each.n === n);
  const query = useQuery({ queryKey: ["transaction", anchor?.tx_id], queryFn: () => oneTransaction(anchor!.tx_id), enabled: anchor !== undefined });
  if (!anchor) return <Lamp holds={null}>{t("basis.otherDay", { day })} <Hash value={root} /></Lamp>;
  return (
    <Lamp holds={query.data ? query.data.code === "VALID" : null}>
      {query.data ? t("basis.inBlock", { block: query.data.block.number, n: query.data.endorsers.length }) : t("ui.loading")} <Link to="/chain" search={{ q: anchor.tx_id }}>{t("proof.open")}</Link>
    </Lamp>
  );
}
