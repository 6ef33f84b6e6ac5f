import { useTranslation } from "react-i18next";
import { useList } from "@/api/lists";
import { useWords } from "@/labels";
import { Card } from "@/ui/Card";
import { List } from "@/ui/List";
import { Empty } from "@/ui/states";
import { Instant } from "@/ui/time";
import type { Bilingual } from "@/lib/problem";

interface Held {
  id: string;
  meter: string;
  at: string;
  received_at: string;
  value: string;
  reason: string;
  words?: Bilingual;
}

/** Readings that were set aside, each with its reason: nothing disappears in silence. */
export function Quarantine({ plant }: { plant: string }) {
  const { t } = useTranslation();
  const words = useWords();
  const query = useList<Held>("quarantine/", { plant }, { refetchInterval: 30_000 });
  return (
    <Card title={t("live.quarantineTitle")} flush>
      <List query={query} rowKey={(row) => row.id} label={t("live.quarantineTitle")} empty={<Empty icon="check" title={t("live.quarantineNone")} />}
        columns={[
          { key: "at", title: t("live.at"), render: (row) => <Instant at={row.received_at} /> },
          { key: "meter", title: t("live.meter"), render: (row) => <span className="mono">{row.meter}</span> },
          { key: "value", title: t("live.value"), right: true, render: (row) => <span className="num">{row.value}</span> },
          { key: "reason", title: t("live.reason"), render: (row) => words(row.words ?? row.reason) },
        ]} />
    </Card>
  );
}
