/** Every event of the ledger with names, newest first; can be held while one reads, counting what waits. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Story } from "@/api/oversight";
import { useTopic } from "@/live";
import { formatted, major } from "@/lib/decimal";
import { Card } from "@/ui/Card";
import { shortHash } from "@/ui/Hash";
import { Icon } from "@/ui/Icon";
import { Empty } from "@/ui/states";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import { Instant } from "@/ui/time";

interface Stories {
  events: Story[];
  /** How many came over the live connection: only those flash. */
  fresh: number;
}

const NOTHING: Stories = { events: [], fresh: 0 };
const SHOWN = 120;
const TONES: Record<string, Tone> = { take: "primary", approve_and_mint: "chain", submit_statement: "warn", list: "neutral", return_statement: "danger", endorse_issue: "chain" };

function isStory(data: unknown): data is Story {
  return typeof data === "object" && data !== null && "tx_id" in data && "name" in data;
}

function snap(data: unknown): Stories {
  const events = (data as { events?: unknown })?.events;
  return { events: Array.isArray(events) ? events.filter(isStory) : [], fresh: 0 };
}

function added(before: Stories, data: unknown): Stories {
  if (!isStory(data) || before.events.some((story) => story.tx_id === data.tx_id && story.name === data.name)) return before;
  return { events: [data, ...before.events].slice(0, SHOWN), fresh: before.fresh + 1 };
}

export function Feed() {
  const { t } = useTranslation();
  const live = useTopic("oversight", NOTHING, snap, added);
  const [held, setHeld] = useState<Stories | null>(null);
  const shown = held ?? live;
  return (
    <Card title={t("wall.feed")} flush aside={
      <button type="button" className="button small" onClick={() => setHeld(held ? null : live)}>
        {held ? t("wall.resume", { n: live.fresh - held.fresh }) : t("wall.hold")}
      </button>
    }>
      {shown.events.length === 0 ? <Empty icon="pulse" title={t("wall.quiet")} /> : (
        <ul className="feed" tabIndex={0} aria-label={t("wall.feed")}>
          {shown.events.map((story, i) => <Line key={`${story.tx_id}${story.name}`} story={story} fresh={i === 0 && shown.fresh > 0} />)}
        </ul>
      )}
    </Card>
  );
}

function Line({ story, fresh }: { story: Story; fresh: boolean }) {
  const { t } = useTranslation();
  return (
    <li data-new={fresh}>
      <Instant at={story.at} clock />
      <span><StatusPill tone={TONES[story.name] ?? "neutral"} dot={false}>{t(`tx.${story.name as "list"}`)}</StatusPill></span>
      <span className="wrap-anywhere"><Words story={story} /></span>
      <Link to="/chain" search={{ q: story.tx_id }} className="mono tx nowrap">#{story.block_number} {shortHash(story.tx_id).slice(0, 8)}</Link>
    </li>
  );
}

function Words({ story }: { story: Story }) {
  const { t } = useTranslation();
  const name = (account: string) => story.names[account] || account;
  if (story.trades?.length)
    return (
      <>
        {story.trades.map((trade, i) => (
          <span key={i}>{name(trade.seller)} <Icon name="chevron" size={12} /> {name(trade.buyer)} <span className="num strong">{formatted(String(trade.quantity), 0)} {t("unit.tonne")} × {formatted(major(String(trade.price_cents), 2), 2)}</span> </span>
        ))}
      </>
    );
  return <>{story.account ? name(story.account) : t("wall.service")}</>;
}
