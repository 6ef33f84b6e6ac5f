/** One month of a plant: sources, lines with their formulas, pre-check, evidence, and the head's signature. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { period as readPeriod, type Period } from "@/api/accounting";
import { ownDoor } from "@/api/basis";
import { useGuidelineName } from "@/api/guidelines";
import { can, useMyself } from "@/api/me";
import { useTerm } from "@/labels";
import { useTopicEvents } from "@/live";
import { Grounded } from "@/pages/shared/Grounded";
import { HelpAt } from "@/pages/shared/HelpAt";
import { sourceColour, useLineName } from "@/ui/CalcTable";
import { Card, Fact, Facts, PageHead } from "@/ui/Card";
import { ShareBars } from "@/ui/charts/Bars";
import { Icon } from "@/ui/Icon";
import { Num } from "@/ui/Num";
import { Answer, Empty } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import { EnteredValues } from "./EnteredValues";
import { EvidencePanel } from "./EvidencePanel";
import { FactorNotice } from "./FactorNotice";
import { Findings, ReturnedWhy } from "./PeriodFindings";
import { History } from "./PeriodHistory";
import { PeriodActs } from "./PeriodActs";
import { Checks, Compare, TimeMachine } from "./PeriodLooks";
import { PERIOD_TONES } from "./Periods";
import { Remarks } from "./Remarks";
import { SheetImport } from "./SheetImport";
import { Supplementary } from "./Supplementary";
import { YearBridge } from "./YearBridge";

export const OPEN_STATES = new Set(["collecting", "ready", "returned"]);

export function Page() {
  const { period: id } = useParams({ strict: false }) as { period: string };
  const me = useMyself();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["period", id], queryFn: () => readPeriod(id), refetchInterval: 20_000 });
  useTopicEvents(`account.${me.account}`, () => void client.invalidateQueries({ queryKey: ["period", id] }));
  return <Answer query={query} rows={8}>{(data) => <View period={data} />}</Answer>;
}

function View({ period }: { period: Period }) {
  const { t, i18n } = useTranslation();
  const me = useMyself();
  const term = useTerm();
  const [stream, setStream] = useState("");
  const guideline = useGuidelineName();
  const plant = i18n.language === "en" ? period.plant_name.en : period.plant_name.zh;
  const open = OPEN_STATES.has(period.state);
  const lines = stream ? period.lines.filter((line) => line.stream === stream) : period.lines;
  return (
    <>
      <PageHead title={<>{plant ?? period.plant} · <span className="num">{period.period}</span></>}
        sub={<><span title={period.guideline}>{guideline(period.guideline)}</span> · {t("periods.version")} {period.version} · <StatusPill tone={PERIOD_TONES[period.state] ?? "neutral"}>{term("PeriodState", period.state)}</StatusPill></>}>
        <PeriodActs period={period} />
      </PageHead>
      <ReturnedWhy period={period} />
      <FactorNotice period={period} />
      <div className="columns side-main-side">
        <Streams period={period} stream={stream} onStream={setStream} />
        <div className="stack">
          <Card title={t("period.lines")} note={open ? undefined : t("period.locked")} flush aside={<strong><Num value={period.total_tco2} places={3} unit={t("unit.tco2")} /></strong>}>
            {period.lines.length === 0
              ? <Empty icon="ledger" title={t("period.noLines")}>{t("period.noLinesText")}</Empty>
              : <Grounded door={ownDoor(period.plant)} period={period.period} lines={lines} total={period.total_tco2} onLine={(next) => setStream(next === stream ? "" : next)} selected={stream} help={(line, field) => <HelpAt guideline={period.guideline} stream={line} field={field} />} />}
          </Card>
          {period.year ? <YearBridge period={period} year={period.year} /> : <EnteredValues period={period} stream={stream} open={open} />}
          {period.year ? <Supplementary period={period} /> : null}
          {open && !period.year && can(me, "keep_periods") ? <SheetImport period={period} /> : null}
          {period.findings.length > 0 ? <Findings period={period} /> : null}
          <Compare period={period} />
          <TimeMachine period={period} />
          <History entries={period.history} />
        </div>
        <div className="stack">
          <Remarks period={period} open={open} />
          <Checks period={period} />
          <Shares period={period} />
          <EvidencePanel period={period.id} guideline={period.guideline} streams={period.streams} stream={stream} open={open} />
          {period.submission?.report ? <Link to="/reports/$report" params={{ report: period.submission.report }} className="button"><Icon name="file" size={16} />{t("period.report")}</Link> : null}
        </div>
      </div>
    </>
  );
}

function Streams({ period, stream, onStream }: { period: Period; stream: string; onStream: (stream: string) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const totals = new Map(period.lines.map((line) => [line.stream, line]));
  const groups = [...new Set(period.streams.map((each) => totals.get(each.slug)?.subtotal ?? each.kind))];
  return (
    <Card title={t("period.streams")} className="tree-list">
      <button type="button" aria-current={stream === ""} onClick={() => onStream("")}>{t("period.allStreams")}<span className="muted small num" style={{ marginInlineStart: "auto" }}>{period.streams.length}</span></button>
      {groups.map((group) => (
        <div key={group}>
          {period.streams.filter((each) => (totals.get(each.slug)?.subtotal ?? each.kind) === group).map((each) => {
            const line = totals.get(each.slug);
            return (
              <button key={each.slug} type="button" aria-current={stream === each.slug} onClick={() => onStream(each.slug)}>
                <span className="swatch" style={{ background: `var(--source-${sourceColour(line ?? each)})` }} />
                <span className="grow">{name(each)}{each.variant ? <span className="small muted"> · {term("Variant", each.variant)}</span> : null}</span>
                {line || period.year ? null : <span className="warn-text"><Icon name="alert" size={14} label={t("period.noLines")} /></span>}
              </button>
            );
          })}
        </div>
      ))}
    </Card>
  );
}

function Shares({ period }: { period: Period }) {
  const { t } = useTranslation();
  const name = useLineName();
  const term = useTerm();
  if (period.lines.length === 0) return null;
  return (
    <Card title={t("period.bySource")}>
      <div className="stack">
        {period.subtotals.length > 1 ? <Figures title={t("period.subtotals")} rows={period.subtotals.map((each) => ({ name: term("Subtotal", each.name), value: each.tco2e ?? null, places: 3 }))} /> : null}
        {period.indicators.length > 0 ? <Figures title={t("period.indicators")} rows={period.indicators.map((each) => ({ name: term("Indicator", each.name), value: each.value, places: 6 }))} /> : null}
        <ShareBars unit="" bars={period.lines.slice(0, 6).map((line) => ({ id: line.stream, label: name(line), value: line.tco2e, colour: sourceColour(line) }))} />
        <div>
          <h3 style={{ marginBottom: 6 }}>{t("period.gradeShare")}</h3>
          <div className="grade-bar" aria-hidden="true">{period.grades.map((each) => <span key={each.grade} data-grade={each.grade} style={{ width: `${each.percent}%` }} />)}</div>
          <ul className="row small" style={{ marginTop: 6 }}>
            {period.grades.map((each) => <li key={each.grade} className="row tight"><span className={`swatch dot-${each.grade}`} />{each.grade} {term("Grade", each.grade)} <span className="num">{each.percent}%</span></li>)}
          </ul>
        </div>
      </div>
    </Card>
  );
}

function Figures({ title, rows }: { title: string; rows: readonly { name: string; value: string | null; places: number }[] }) {
  return (
    <div>
      <h3 style={{ marginBottom: 6 }}>{title}</h3>
      <Facts>{rows.map((row) => <Fact key={row.name} label={row.name}><Num value={row.value} places={row.places} /></Fact>)}</Facts>
    </div>
  );
}
