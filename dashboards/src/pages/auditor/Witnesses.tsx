import { useTranslation } from "react-i18next";
import type { Witness } from "@/api/radar";
import { Card } from "@/ui/Card";
import { Num } from "@/ui/Num";
import { StatusPill } from "@/ui/StatusPill";

/** What physics says of the month's meters: each law with its deviation beside its tolerance. */
export function Witnesses({ rows }: { rows: readonly Witness[] }) {
  const { t } = useTranslation();
  const alarms = rows.filter((row) => row.alarms).length;
  return (
    <Card title={t("witness.title")} note={rows.length ? `${rows.length - alarms} / ${rows.length}` : undefined}>
      {rows.length === 0 ? <span className="muted">{t("witness.none")}</span> : <ul className="stack">{rows.map((row) => <Law key={`${row.period}${row.slug}`} row={row} />)}</ul>}
    </Card>
  );
}

function Law({ row }: { row: Witness }) {
  const { t, i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  const tone = row.alarms ? "danger" : row.verdict === "unknown" ? "neutral" : "ok";
  return (
    <li className="stack close">
      <span className="row apart">
        <span className="strong">{row.left[language]} ~ {row.right[language]}</span>
        <StatusPill tone={tone} says>{row.words[language]}</StatusPill>
      </span>
      <span className="row small muted">{row.kind_words[language]} · <span className="num">{row.period}</span></span>
      {row.expected !== null && row.deviation_percent !== null ? (
        <>
          <Gauge deviation={row.deviation_percent} tolerance={row.tolerance_percent} alarms={row.alarms} />
          <span className="row small muted">
            {t("witness.found")} <Num value={row.found} places={2} unit={row.in_heat ? "GJ" : undefined} /> · {t("witness.expected")} <Num value={row.expected} places={2} unit={row.in_heat ? "GJ" : undefined} /> · {t("witness.deviation")} <span className="num">{row.deviation_percent}%</span> · {t("witness.tolerance", { percent: row.tolerance_percent })}
          </span>
        </>
      ) : null}
    </li>
  );
}

// The scale shows four times the tolerance to each side; what is beyond stands at its end.
const SPAN = 4;

function Gauge({ deviation, tolerance, alarms }: { deviation: string; tolerance: string; alarms: boolean }) {
  const { t } = useTranslation();
  const share = Math.max(-1, Math.min(1, Number(deviation) / (Number(tolerance) * SPAN)));
  const band = 100 / SPAN;
  return (
    <div role="img" aria-label={`${t("witness.deviation")} ${deviation}%, ${t("witness.tolerance", { percent: tolerance })}`} style={{ position: "relative", height: 10, borderRadius: 5, background: "var(--surface-3)" }}>
      <span style={{ position: "absolute", inset: `0 ${50 - band / 2}%`, background: "var(--ok-soft)" }} />
      <span style={{ position: "absolute", top: -2, bottom: -2, left: `calc(${50 + share * 50}% - 2px)`, width: 4, borderRadius: 2, background: alarms ? "var(--danger)" : "var(--ok)" }} />
    </div>
  );
}
