/** The lines of a statement: activity × factors = tonnes, the formula with its numbers one click away. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Adjustment, Line, Tree } from "@/api/accounting";
import { useTerm, useWords } from "@/labels";
import { compounds } from "@/lib/compounds";
import { formatted } from "@/lib/decimal";
import { useClause } from "./clauses";
import { Icon } from "./Icon";
import { Num, Share } from "./Num";
import { StatusPill, type Tone } from "./StatusPill";
import "./calc.css";

export const GRADE_TONES: Record<string, Tone> = { A: "ok", B: "primary", C: "warn", D: "neutral" };

/** One colour a source, everywhere: by what the stream is. */
export function sourceColour(line: { kind: string; subtotal?: string }): string {
  const words = `${line.kind} ${line.subtotal ?? ""}`;
  if (/carbon_out|recovery|deduct|fixed/.test(words)) return "deduction";
  if (/electric/.test(words)) return "electricity";
  if (/heat|steam/.test(words)) return "heat";
  if (/process|carbon_in|carbonat|raw|clinker|desulph|non_fuel/.test(words)) return "process";
  if (/combust|fuel|fossil|waste|altern/.test(words)) return "fuel";
  return "other";
}

export function useLineName(): (line: { name_zh: string; name_en: string; item_zh?: string; item_en?: string; stream?: string }) => string {
  const { i18n } = useTranslation();
  return (line) => (i18n.language === "en" ? line.name_en || line.item_en : line.name_zh || line.item_zh) || line.stream || "";
}

type Help = (line: Line, field: string) => React.ReactNode;

/** `graded` is false where data have no grade, as in a calculation that keeps nothing; `help` stands at each factor. */
export function CalcTable({ lines, total, onLine, selected, extra, graded = true, help, onMeter }: {
  lines: readonly Line[];
  total: string | null;
  onLine?: (stream: string) => void;
  selected?: string;
  extra?: (line: Line) => React.ReactNode;
  graded?: boolean;
  help?: Help;
  /** What a meter counted, down to its readings. */
  onMeter?: (meter: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("period.lines")}>
      <table className="grid calc">
        <thead>
          <tr>
            <th scope="col">{t("period.source")}</th><th scope="col" className="right">{t("period.activity")}</th>{graded ? <th scope="col">{t("period.grade")}</th> : null}
            <th scope="col" className="right">{t("period.emissions")} ({t("unit.tco2")})</th><th scope="col" className="right">%</th>{extra ? <th scope="col" /> : null}<th scope="col"><span className="sr">{t("period.formula")}</span></th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => <LineRows key={line.stream} line={line} total={total} onLine={onLine} selected={selected === line.stream} extra={extra} graded={graded} help={help} onMeter={onMeter} />)}
        </tbody>
        <tfoot>
          <tr><td colSpan={graded ? 3 : 2}>{t("period.total")}</td><td className="right"><Num value={total} places={3} /></td><td colSpan={extra ? 3 : 2} /></tr>
        </tfoot>
      </table>
    </div>
  );
}

function LineRows({ line, total, onLine, selected, extra, graded, help, onMeter }: { line: Line; total: string | null; onLine?: (stream: string) => void; selected: boolean; extra?: (line: Line) => React.ReactNode; graded: boolean; help?: Help; onMeter?: (meter: string) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const name = useLineName();
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr aria-selected={selected} className={onLine ? "link" : undefined} onClick={onLine ? () => onLine(line.stream) : undefined}>
        <td><span className="row tight" style={{ flexWrap: "nowrap" }}><span className="swatch" style={{ background: `var(--source-${sourceColour(line)})` }} />{name(line)}</span></td>
        <td className="right"><Num value={line.quantity} places={3} unit={term("Unit", line.unit)} /></td>
        {graded ? <td><StatusPill tone={GRADE_TONES[line.grade] ?? "neutral"} dot={false} title={term("Grade", line.grade)}>{line.grade}</StatusPill> <span className="small muted nowrap">{term("Origin", line.origin)}</span>{line.adjustments?.length ? <> <StatusPill tone="warn" dot={false} title={t("looks.adjustments")}>{t("looks.adjustments")}</StatusPill></> : null}</td> : null}
        <td className="right strong"><Num value={line.tco2e} places={3} /></td>
        <td className="right muted">{total ? <Share part={line.tco2e} whole={total} /> : "—"}</td>
        {extra ? <td className="right">{extra(line)}</td> : null}
        <td className="right">
          <button type="button" className="button plain small icon" aria-expanded={open} aria-label={`${t("period.formulaOf")}: ${name(line)}`} onClick={(event) => { event.stopPropagation(); setOpen(!open); }}>
            <span className="turn" data-open={open}><Icon name="chevron" size={15} /></span>
          </button>
        </td>
      </tr>
      {open ? <tr className="detail"><td colSpan={5 + (graded ? 1 : 0) + (extra ? 1 : 0)}><LineDetail line={line} help={help} onMeter={onMeter} /></td></tr> : null}
    </>
  );
}

function LineDetail({ line, help, onMeter }: { line: Line; help?: Help; onMeter?: (meter: string) => void }) {
  const { t } = useTranslation();
  const term = useTerm();
  const clause = useClause();
  return (
    <div className="line-detail">
      <div className="formula"><span className="mono">{written(line.tree)}</span> <span className="strong num">= {formatted(line.tco2e, 6)} {t("unit.tco2")}</span></div>
      <div className="small muted">{t("period.clause")}: {line.clause ? compounds(clause(line.clause)) : "—"}{line.meters.length ? <> · {t("period.meters")}: {onMeter ? <span className="row tight">{line.meters.map((meter) => <button key={meter} type="button" className="button small mono" onClick={() => onMeter(meter)}>{meter}</button>)}</span> : <span className="mono">{line.meters.join(", ")}</span>}</> : null}</div>
      {line.adjustments?.length ? <Adjustments rows={line.adjustments} /> : null}
      <table className="grid">
        <thead><tr><th scope="col">{t("period.factor")}</th><th scope="col" className="right">{t("period.value")}</th><th scope="col">{t("period.origin")}</th><th scope="col">{t("period.clause")}</th></tr></thead>
        <tbody>
          {line.parameters.map((one) => (
            <tr key={one.name}>
              <td title={one.name}><span className="nowrap">{compounds(term("Property", one.name))}</span> {help?.(line, one.name)}</td><td className="right"><Num value={one.value} unit={term("Unit", one.unit)} /></td>
              <td><span className="nowrap">{term("Origin", one.source)}</span>{one.verified ? null : <> <StatusPill tone="warn" dot={false} title={t("period.unverifiedText")}>{t("period.unverified")}</StatusPill></>}</td><td className="small">{one.clause ? compounds(clause(one.clause)) : "—"}{one.factor_set ? <div className="mono muted" title={t("period.set")}>{one.factor_set}</div> : null}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What was missing, by which rule it was put right, and how many tonnes that adds. */
function Adjustments({ rows }: { rows: readonly Adjustment[] }) {
  const { t } = useTranslation();
  const term = useTerm();
  const words = useWords();
  const clause = useClause();
  return (
    <table className="grid">
      <thead><tr><th scope="col">{t("looks.adjustments")}</th><th scope="col" className="right">{t("looks.added")}</th><th scope="col" className="right">{t("unit.tco2")}</th><th scope="col" className="right">{t("looks.premium")}</th></tr></thead>
      {rows.map((one) => (
        <tbody key={one.meter + one.target + one.cause}>
          <tr>
            <td><span className="mono">{one.meter}</span> {t(`looks.${one.cause}`, { amount: one.amount })} <span className="num small muted">{one.first} – {one.last}</span></td>
            <td className="right"><Num value={one.added} unit={term("Unit", one.unit)} sign /></td><td className="right"><Num value={one.tco2e} places={3} sign /></td><td className="right"><Num value={one.premium_tco2e} places={3} sign /></td>
          </tr>
          <tr><td colSpan={4} className="small muted">{t("looks.rule")} · {words(one)}{one.clause ? ` · ${clause(one.clause)}` : null}{one.verified ? null : <> <StatusPill tone="warn" dot={false} title={t("period.unverifiedText")}>{t("period.unverified")}</StatusPill></>}</td></tr>
        </tbody>
      ))}
    </table>
  );
}

const SIGNS: Record<string, string> = { sum: " + ", product: " × ", quotient: " ÷ ", minus: " − " };

/** A formula's tree with its numbers, as one would write it by hand. */
export function written(tree: Tree, inside = false): string {
  if (tree.value !== undefined) return formatted(tree.value);
  const args = tree.args ?? [];
  const sign = SIGNS[tree.op];
  if (!sign) return args.map((arg) => written(arg, inside)).join(" ");
  if (tree.op === "minus" && args.length === 1) return `−${written(args[0]!, true)}`;
  const text = args.map((arg) => written(arg, true)).join(sign);
  return inside && args.length > 1 ? `(${text})` : text;
}
