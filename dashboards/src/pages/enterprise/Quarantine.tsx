import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { useWords } from "@/labels";
import { Card } from "@/ui/Card";
import { List } from "@/ui/List";
import { Empty } from "@/ui/states";
import { Instant } from "@/ui/time";
import type { Bilingual } from "@/lib/problem";

interface Held {
  id: number;
  meter: string;
  topic: string;
  reason: string;
  what: Bilingual;
  action: Bilingual;
  case: string;
  payload: string;
  more: number;
  received_at: string;
}

/** Readings that were set aside, each with its reason: nothing disappears in silence. */
export function Quarantine({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const query = useList<Held>("quarantine/", { plant }, { refetchInterval: 30_000 });
  return (
    <Card title={t("live.quarantineTitle")} flush>
      <List query={query} rowKey={(row) => String(row.id)} label={t("live.quarantineTitle")} empty={<Empty icon="check" title={t("live.quarantineNone")} />}
        columns={[
          { key: "at", title: t("live.at"), render: (row) => <Instant at={row.received_at} /> },
          { key: "meter", title: t("live.meter"), render: (row) => <span className="mono">{row.meter || row.topic}</span> },
          { key: "reason", title: t("live.reason"), render: (row) => <><div>{words(row.what)}</div>{row.more > 0 && <div className="strong">{t("live.quarantineMore", { number: row.more })}</div>}<div className="small muted">{words(row.action)}</div></> },
          { key: "value", title: t("live.value"), render: (row) => <span className="mono wrap-anywhere" title={row.payload}>{row.payload.slice(0, 60)}</span> },
          { key: "case", title: t("fault.case"), render: (row) => <span className="mono">{row.case}</span> },
        ]} />
    </Card>
  );
}
