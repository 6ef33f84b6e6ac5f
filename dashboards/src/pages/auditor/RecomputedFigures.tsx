/** The four hands side by side, in whole grams; a difference is named where it stands. */
import { useTranslation } from "react-i18next";
import { useTerm } from "@/labels";
import type { Compared } from "@/lib/figures";
import { useLineName } from "@/ui/CalcTable";
import { Card } from "@/ui/Card";
import { gramsAsTonnes, Num } from "@/ui/Num";
import { Notice } from "@/ui/states";
import { StatusPill } from "@/ui/StatusPill";
import type { Frozen } from "./Recompute";

/** Three lamps: the platform, this browser, the total opened against the ledger. */
export function Lamps({ rows, opened }: { rows: readonly Compared[]; opened: { digest: boolean; root: boolean } }) {
  const { t } = useTranslation();
  const browser = rows.length > 0 && rows.every((row) => row.browser === row.opened && row.trees === row.opened);
  const platform = rows.length > 0 && rows.every((row) => row.platform === row.opened);
  const ledger = opened.digest && opened.root;
  const lamps = [
    { name: "platform", lit: platform }, { name: "browser", lit: browser }, { name: "ledger", lit: ledger },
  ] as const;
  const all = platform && browser && ledger;
  return (
    <Notice tone={all ? "ok" : "danger"} icon={all ? "check" : "alert"}>
      <strong data-lamps={all ? "equal" : "differ"}>{t(all ? "recompute.allEqual" : "recompute.differ", { count: rows.length })}</strong>
      <div className="row">
        {lamps.map((lamp) => <StatusPill key={lamp.name} tone={lamp.lit ? "ok" : "danger"}>{t(`recompute.lamp.${lamp.name}`)} · {t(lamp.lit ? "recompute.equal" : "recompute.unequal")}</StatusPill>)}
      </div>
      {all ? null : <p>{t(opened.digest ? (opened.root ? "recompute.differMeaning" : "recompute.rootMeaning") : "recompute.digestMeaning")}</p>}
    </Notice>
  );
}

export function FiguresTable({ rows, report }: { rows: readonly Compared[]; report: Frozen }) {
  const { t } = useTranslation();
  const name = useFigureName(report);
  return (
    <Card title={t("recompute.figures")} note={t("unit.tco2")} flush>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t("recompute.figures")}>
        <table className="grid">
          <thead><tr>
            <th scope="col">{t("period.source")}</th><th scope="col" className="right">{t("recompute.lamp.platform")}</th><th scope="col" className="right">{t("recompute.lamp.browser")}</th>
            <th scope="col" className="right">{t("recompute.trees")}</th><th scope="col" className="right">{t("recompute.lamp.ledger")}</th><th scope="col">{t("recompute.result")}</th>
          </tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name} data-equal={row.equal}>
                <td>{name(row.name)}</td><Grams of={row.platform} /><Grams of={row.browser} /><Grams of={row.trees} /><Grams of={row.opened} />
                <td><StatusPill tone={row.equal ? "ok" : "danger"}>{t(row.equal ? "recompute.equal" : "recompute.unequal")}</StatusPill></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Grams({ of }: { of: string | null }) {
  return <td className="right num">{of === null ? "—" : <Num value={gramsAsTonnes(of)} places={6} />}</td>;
}

function useFigureName(report: Frozen): (figure: string) => string {
  const { t } = useTranslation();
  const term = useTerm();
  const line = useLineName();
  return (figure) => {
    const [kind, id] = figure.split(/:(.*)/s);
    if (kind === "subtotal") return `${t("recompute.subtotal")} · ${term("Subtotal", id ?? "")}`;
    const found = report.lines.find((one) => one.stream === id);
    return kind === "total" ? t("period.total") : found ? line(found) : figure;
  };
}
