/** Files with what the radar said of each (every sign with its reason and, of the same enterprise, the other file),
 *  and what each must show or agree with and does not. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PaperRemark, ScannedRow, Sign, Twin } from "@/api/radar";
import { useTerm } from "@/labels";
import { Hash } from "./Hash";
import { Icon } from "./Icon";
import { StatusPill } from "./StatusPill";

type Url = (id: string) => string;

export function EvidenceList({ rows, url }: { rows: readonly ScannedRow[]; url: Url }) {
  const term = useTerm();
  // What may be forged comes first.
  const sorted = [...rows].sort((one, two) => Number(two.suspect) - Number(one.suspect));
  return (
    <ul className="stack tight">
      {sorted.map((row) => (
        <li key={row.id} className="stack close">
          <span className="row apart">
            <a href={url(row.id)} className="row tight wrap-anywhere"><Icon name="file" size={16} />{row.title}</a>
            <Standing row={row} />
          </span>
          <span className="row small muted">{term("EvidenceKind", row.kind)} · <span className="num">{Math.ceil(row.size_bytes / 1024)} kB</span> <Hash value={row.sha256} /></span>
          {row.signs.map((sign) => <Said key={`${sign.sign}${sign.twin?.id ?? ""}`} row={row} sign={sign} url={url} />)}
          {row.paper.map((remark) => <Demand key={`${remark.remark}${remark.words.en}`} remark={remark} />)}
        </li>
      ))}
    </ul>
  );
}

function Standing({ row }: { row: ScannedRow }) {
  const { t } = useTranslation();
  if (!row.scanned_at) return <StatusPill>{t("radar.waiting")}</StatusPill>;
  if (row.suspect) return <StatusPill tone="danger">{t("radar.suspect")}</StatusPill>;
  if (!row.readable) return <StatusPill tone="warn">{t("radar.unreadable")}</StatusPill>;
  return row.signs.length || row.paper.length ? <StatusPill tone="warn">{t("radar.noted")}</StatusPill> : <StatusPill tone="ok">{t("radar.clean")}</StatusPill>;
}

/** A remark on a document: the reason, the place in it, and what it was compared with. */
function Demand({ remark }: { remark: PaperRemark }) {
  const { i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return (
    <div className="notice warn">
      <Icon name="alert" size={16} />
      <div className="stack tight grow">
        <span className="small wrap-anywhere">{remark.words[language]}</span>
        <span className="small muted wrap-anywhere">{remark.at[language]} ↔ {remark.against[language]}</span>
      </div>
    </div>
  );
}

function Said({ row, sign, url }: { row: ScannedRow; sign: Sign; url: Url }) {
  const { t, i18n } = useTranslation();
  const [beside, setBeside] = useState(false);
  const language = i18n.language === "en" ? "en" : "zh";
  const pictures = Boolean(sign.twin && isPicture(row.media_type) && isPicture(sign.twin.media_type));
  return (
    <div className={`notice ${sign.weight > 1 ? "danger" : "warn"}`}>
      <Icon name="alert" size={16} />
      <div className="stack tight grow">
        <span className="small wrap-anywhere">{sign.words[language]}</span>
        {sign.twin ? (
          <span className="row small">
            <a href={url(sign.twin.id)} className="row tight"><Icon name="file" size={14} />{t("radar.twin")}: {sign.twin.title}</a>
            <span className="muted num">{sign.twin.plant} {sign.twin.period}</span>
            {pictures ? <button type="button" className="button small" aria-expanded={beside} onClick={() => setBeside(!beside)}>{t("radar.compare")}</button> : null}
          </span>
        ) : null}
        {beside && sign.twin ? <Beside row={row} twin={sign.twin} url={url} /> : null}
      </div>
    </div>
  );
}

function Beside({ row, twin, url }: { row: ScannedRow; twin: Twin; url: Url }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: "grid", gap: 8, gridTemplateColumns: "1fr 1fr" }}>
      {[{ ...row, name: t("radar.here") }, { ...twin, name: t("radar.twin") }].map((each) => (
        <figure key={each.id} className="stack close" style={{ margin: 0 }}>
          <img src={url(each.id)} alt={each.title} style={{ width: "100%", border: "1px solid var(--line)", borderRadius: 6 }} />
          <figcaption className="small muted">{each.name}</figcaption>
        </figure>
      ))}
    </div>
  );
}

const isPicture = (media: string) => media.startsWith("image/");
