/** The boundary of a guideline as a picture: what comes in, what is emitted, what is deducted; used sources filled. */
import { useTranslation } from "react-i18next";
import type { Guideline, StreamType } from "@/api/guidelines";
import type { ModelStream } from "@/api/modelling";
import { useTerm } from "@/labels";
import { sourceColour } from "@/ui/CalcTable";

const WIDTH = 720, ROW = 34, TOP = 44, BOX = 188, LEFT = 8, MIDDLE = 266, RIGHT = 524;

interface Row {
  type: StreamType;
  label: string;
  used: boolean;
}

/** One row for each kind of stream that has a line of its own; where two kinds share a subtotal, one flow goes out. */
export function Boundary({ guideline, streams }: { guideline: Guideline; streams: readonly ModelStream[] }) {
  const { t, i18n } = useTranslation();
  const term = useTerm();
  const english = i18n.language === "en";
  const rows: Row[] = guideline.streams.filter((type) => type.subtotal).map((type) => ({
    type,
    label: shortened(type.items.map((item) => (english ? item.en : item.zh)), english),
    used: streams.some((stream) => stream.kind === type.kind && type.items.some((item) => item.id === stream.item)),
  }));
  const outs = [...new Set(rows.map((row) => row.type.subtotal!))];
  const height = TOP + Math.max(rows.length, outs.length) * ROW + 18;
  const outAt = (subtotal: string) => TOP + (outs.indexOf(subtotal) + 0.5) * (rows.length * ROW) / outs.length;
  return (
    <div className="boundary-room"><svg className="boundary" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`${t("model.boundary")}: ${rows.map((row) => row.label).join(", ")}`}>
      <rect className="frame" x={MIDDLE - 46} y={14} width={RIGHT - MIDDLE + 20} height={height - 22} rx={14} />
      <text className="head" x={LEFT + BOX / 2} y={28} textAnchor="middle">{t("model.goesIn")}</text>
      <text className="head" x={(MIDDLE + RIGHT) / 2 - 36} y={32} textAnchor="middle">{t("model.inside")}</text>
      <text className="head" x={RIGHT + BOX / 2} y={28} textAnchor="middle">{t("model.emits")}</text>
      {rows.map((row, at) => {
        const colour = `var(--source-${sourceColour({ kind: row.type.kind, subtotal: row.type.subtotal ?? "" })})`;
        const y = TOP + at * ROW;
        return (
          <g key={row.type.key}>
            <title>{row.used ? row.label : `${row.label} · ${t("model.notYet")}`}</title>
            <path className="flow" stroke={colour} strokeOpacity={row.used ? 1 : 0.35} d={`M${LEFT + BOX} ${y + 13} C ${MIDDLE} ${y + 13}, ${RIGHT - 110} ${outAt(row.type.subtotal!)}, ${RIGHT} ${outAt(row.type.subtotal!)}`} />
            <rect className="box" data-used={row.used} x={LEFT} y={y} width={BOX} height={26} rx={7} stroke={colour} style={row.used ? { fill: `color-mix(in srgb, ${colour} 16%, transparent)` } : undefined} />
            <text x={LEFT + 9} y={y + 17}>{row.label}</text>
          </g>
        );
      })}
      {outs.map((subtotal) => {
        const colour = `var(--source-${sourceColour({ kind: "", subtotal })})`;
        return (
          <g key={subtotal}>
            <rect className="box" x={RIGHT} y={outAt(subtotal) - 13} width={BOX} height={26} rx={7} stroke={colour} />
            <text x={RIGHT + 9} y={outAt(subtotal) + 4}>{shortened([term("Subtotal", subtotal)], english)}</text>
          </g>
        );
      })}
    </svg></div>
  );
}

/** The first names that fit a box, and a sign that there are more. */
function shortened(names: readonly string[], english: boolean): string {
  const room = english ? 27 : 13;
  const whole = names.join(english ? ", " : "、");
  return whole.length <= room ? whole : `${whole.slice(0, room - 1)}…`;
}
