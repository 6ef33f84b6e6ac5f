/** Looks at a period from outside its form: the auditor's checks, the time machine, comparison with another. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Period, PeriodRow } from "@/api/accounting";
import { useList } from "@/api/lists";
import { comparison, known, useChecks, useKnownDays, type CheckRow, type ComparedStream, type Comparison } from "@/api/modelling";
import { useTerm, useWords } from "@/labels";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { KnownMachine } from "@/ui/KnownMachine";
import { Rows } from "@/ui/List";
import { Num } from "@/ui/Num";
import { Answer } from "@/ui/states";
import { useStreamName } from "./streams";
import { tonnes } from "./YearBridge";
import "./model.css";

const stampOf = (period: Period) => `${period.computed_at ?? ""}${period.state}${period.version}${period.remarks.filter((each) => each.answer).length}`;

export function Checks({ period }: { period: Period }) {
  const { t } = useTranslation();
  const query = useChecks(period.id, stampOf(period));
  return (
    <Card title={t("looks.checks")} note={query.data ? t("looks.checksText", { passed: query.data.passed, warned: query.data.warned, failed: query.data.failed }) : undefined}>
      <Answer query={query} rows={4}>{(data) => <div>{data.checks.map((row) => <Check key={row.check} row={row} period={period} />)}</div>}</Answer>
      <Link to="/witnesses/$plant" params={{ plant: period.plant }} className="small">{t("witness.open")}</Link>
    </Card>
  );
}

const ICONS = { passed: "check", warned: "alert", failed: "alert" } as const;
const TEXTS = { passed: "ok-text", warned: "warn-text", failed: "danger-text" } as const;

function Check({ row, period }: { row: CheckRow; period: Period }) {
  const words = useWords();
  const named = useStreamName(period);
  const { t, i18n } = useTranslation();
  return (
    <div className="check-row">
      <span className={TEXTS[row.verdict]}><Icon name={ICONS[row.verdict]} size={15} label={row.verdict} /></span>
      <span>{words(row)}</span>
      {row.verdict === "passed" ? null : <><span /><span className="small muted">{row.streams.length > 0 ? `${row.streams.map(named).join(i18n.language === "en" ? ", " : "、")}${i18n.language === "en" ? ": " : "："}` : null}{row.found.map((each) => words(each)).join(i18n.language === "en" ? "; " : "；")}{row.check === "entity" ? <> <Link to="/settings">{t("supplementary.toEntity")}</Link></> : null}</span></>}
    </div>
  );
}

/** Any figure as it was known at the end of a day; days on which nothing changed show the one before. */
export function TimeMachine({ period }: { period: Period }) {
  const { t } = useTranslation();
  const days = useKnownDays(period.id, stampOf(period));
  return (
    <Card title={t("looks.known")} note={t("looks.knownText")}>
      <KnownMachine days={days} load={(day) => known(period.id, day)} of={["period", period.id, "known", stampOf(period)]} />
    </Card>
  );
}

/** Two periods of a plant, or this one as known before, line by line with the causes of each difference. */
export function Compare({ period }: { period: Period }) {
  const { t } = useTranslation();
  const list = useList<PeriodRow>("periods/", { plant: period.plant });
  const days = useKnownDays(period.id, stampOf(period));
  const [choice, setChoice] = useState("");
  const [other, otherDay = ""] = choice.split("@", 2);
  const query = useQuery({ queryKey: ["period", period.id, "comparison", choice, stampOf(period)], queryFn: () => comparison(period.id, other!, "", otherDay), enabled: choice !== "" });
  const kind = period.period.length;
  const others = (list.data?.pages.flatMap((page) => page.results) ?? []).filter((row) => row.id !== period.id && row.period.length === kind);
  const earlier = (days.data?.results ?? []).slice(0, -1);
  if (others.length === 0 && earlier.length === 0) return null;
  return (
    <Card title={t("looks.compare")} note={t("looks.compareText")} flush>
      <div style={{ padding: "0 18px 12px" }}>
        <Field label={t("looks.with")}>
          {(ids) => (
            <select {...ids} className="input short" value={choice} onChange={(event) => setChoice(event.target.value)}>
              <option value="">—</option>
              {others.map((row) => <option key={row.id} value={row.id}>{row.period}</option>)}
              {earlier.map((row) => <option key={row.day} value={`${period.id}@${row.day}`}>{period.period} @ {row.day}</option>)}
            </select>
          )}
        </Field>
      </div>
      {choice === "" ? null : <Answer query={query} rows={4}>{(data) => <Compared data={data} />}</Answer>}
    </Card>
  );
}

function Compared({ data }: { data: Comparison }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const side = (row: ComparedStream["before"]) => (row ? <><Num value={row.tco2e} places={3} /><div className="small muted"><Num value={row.quantity} places={3} unit={term("Unit", row.unit)} /></div></> : t("looks.only"));
  const causes = (activity: string, factor: string) => (
    <>
      <div className="small muted">{t("looks.activity")} <Num value={activity} places={3} sign /></div>
      <div className="small muted">{t("looks.factor")} <Num value={factor} places={3} sign /></div>
    </>
  );
  const changed = (row: ComparedStream) => row.factors.map((each) => <div key={each.name} className="small muted">{term("Property", each.name)} <span className="num">{each.before?.value ?? "—"} → {each.after?.value ?? "—"}</span></div>);
  return (
    <Rows rows={data.streams} rowKey={(row) => row.stream} label={t("looks.compare")}
      columns={[
        { key: "stream", title: t("period.source"), render: (row) => <><span className="named">{name(row)}</span>{changed(row)}</> },
        { key: "before", title: `${t("looks.before")} ${data.before.period}${data.before.day ? ` @ ${data.before.day}` : ""}`, right: true, render: (row) => side(row.before) },
        { key: "after", title: `${t("looks.after")} ${data.after.period}`, right: true, render: (row) => side(row.after) },
        { key: "change", title: t("looks.change"), right: true, render: (row) => <><strong><Num value={row.change_tco2e} places={3} sign /></strong>{causes(row.activity_tco2e, row.factor_tco2e)}</> },
      ]}
      foot={<tr><td>{t("period.total")}</td><td className="right"><Num value={tonnes(data.before.total_g)} places={3} /></td><td className="right"><Num value={tonnes(data.after.total_g)} places={3} /></td><td className="right"><Num value={data.change_tco2e} places={3} sign />{causes(data.activity_tco2e, data.factor_tco2e)}</td></tr>} />
  );
}
