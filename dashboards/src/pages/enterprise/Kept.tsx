/** What the plant's readings take on the platform's disk, and how long that will last. */
import { useTranslation } from "react-i18next";
import { useStorage, type Storage } from "@/api/ingest";
import { Card, Fact, Facts } from "@/ui/Card";
import { Num } from "@/ui/Num";
import { Answer } from "@/ui/states";
import { Instant } from "@/ui/time";

export function Kept({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const query = useStorage(plant);
  const at = query.data?.measured_at;
  return (
    <Card title={t("kept.title")} note={at ? <>{t("kept.measured")} <Instant at={at} /></> : undefined}>
      <Answer query={query} rows={2}>{(data) => <Figures data={data} />}</Answer>
    </Card>
  );
}

function Figures({ data }: { data: Storage }) {
  const { t } = useTranslation();
  const known = data.bytes_per_reading !== null;
  return (
    <div className="stack close">
      <Facts>
        <Fact label={t("kept.day")}><Num value={String(data.readings_day)} />{data.bytes_day === null ? null : <span className="muted"> · <Bytes value={data.bytes_day} /></span>}</Fact>
        <Fact label={t("kept.ever")}><Num value={String(data.readings)} /></Fact>
        <Fact label={t("kept.each")}>{known ? <Num value={data.bytes_per_reading} unit="B" /> : <span className="muted">{t("kept.unknown")}</span>}</Fact>
        <Fact label={t("kept.bodies")}><Bytes value={data.body_bytes} /></Fact>
        <Fact label={t("kept.left")}>{data.days_left === null ? t(known ? "kept.long" : "kept.unknown") : <span className={data.days_left < 30 ? "warn-text" : ""}>{t("kept.days", { n: data.days_left })}</span>}</Fact>
      </Facts>
      <p className="small muted">{t(`kept.store_${data.store}`)} {data.kept_days === null ? t("kept.ruleEver") : t("kept.ruleDays", { n: data.kept_days })}</p>
    </div>
  );
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** In the largest decimal unit that leaves a whole number before the point, one place. */
function Bytes({ value }: { value: number }) {
  const step = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  return <Num value={step === 0 ? String(value) : (value / 1000 ** step).toFixed(1)} unit={UNITS[step]} />;
}
