import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sharedFiles, type MatchPlace } from "@/api/radar";
import { useTerm } from "@/labels";
import { Card } from "@/ui/Card";
import { Answer } from "@/ui/states";
import { Instant } from "@/ui/time";

/** Files with the same image or figures at two enterprises: only the regulator sees both places. */
export function SharedFiles() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["evidence/matches/"], queryFn: sharedFiles, refetchInterval: 30_000 });
  return (
    <Card title={t("radar.shared")}>
      <Answer query={query} rows={2}>
        {(data) => data.results.length === 0 ? <span className="muted">{t("radar.sharedNone")}</span> : (
          <ul className="stack">
            {data.results.map((row) => (
              <li key={`${row.one.evidence}${row.other.evidence}`} className="stack tight">
                <Place name={t("radar.one")} place={row.one} />
                <Place name={t("radar.other")} place={row.other} />
                <span className="row small muted">{t("radar.alike")} <span className="num">{row.percent}%</span> · {t("radar.found")} <Instant at={row.found_at} /></span>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </Card>
  );
}

function Place({ name, place }: { name: string; place: MatchPlace }) {
  const term = useTerm();
  return <span className="row small"><span className="muted">{name}</span><span className="strong">{place.enterprise || place.account}</span><span className="mono">{place.plant}</span><span className="num">{place.period}</span>{term("EvidenceKind", place.kind)}</span>;
}
