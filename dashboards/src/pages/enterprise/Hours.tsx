/** The market's clock: today's or the next session's hours and what comes next; when bids of auctions are taken. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { marketHours, type MarketHours, type Quote } from "@/api/market";
import { Notice } from "@/ui/states";
import { instantText, useNow } from "@/ui/time";

interface Clock extends NonNullable<MarketHours["timetable"]> {
  /** This moment by the server's clock, ms. */
  now: number;
}

function useClock(): Clock | null | undefined {
  const query = useQuery({ queryKey: ["market-hours"], queryFn: async () => ({ ...(await marketHours()), read: Date.now() }), refetchInterval: 60_000 });
  const here = useNow(1000);
  if (!query.data) return undefined;
  const { timetable, now, read } = query.data;
  return timetable && { ...timetable, now: Date.parse(now) + (here - read) };
}

const clockText = (at: string): string => instantText(at).slice(11, 16);
const dayText = (at: string): string => instantText(at).slice(0, 10);

/** Whole seconds as 1:12:08. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function useMoment() {
  const { t, i18n } = useTranslation();
  return (at: string, now: number): string => {
    if (dayText(at) === dayText(new Date(now).toISOString())) return clockText(at);
    const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: "short", timeZone: "Asia/Shanghai" }).format(new Date(at));
    return t("hours.onDay", { day: dayText(at), weekday, at: clockText(at) });
  };
}

/** One line under the price: hours of listed trading and block agreements, and how long until the next turn. */
export function SessionHours({ phase }: { phase: Quote["session"]["phase"] }) {
  const { t } = useTranslation();
  const moment = useMoment();
  const clock = useClock();
  if (clock === undefined) return null;
  if (clock === null) return <p className="small muted">{t("hours.none")}</p>;
  const open = ["open", "block", "auction"].includes(phase);
  const [until, words] = open ? [clock.closes_at, "hours.closesIn" as const] : [clock.next_opens_at, "hours.opensIn" as const];
  const left = Date.parse(until) - clock.now;
  return (
    <p className="small muted row tight" data-testid="session-hours">
      <span>{t("hours.session", { from: moment(clock.opens_at, clock.now), to: clockText(clock.closes_at) })}</span>
      {clock.blocks_at === clock.opens_at ? <span>{t("hours.blocksAll")}</span> : <span>{t("hours.blocks", { from: clockText(clock.blocks_at) })}</span>}
      {left > 0 ? <strong className="num">{t(words, { at: moment(until, clock.now), left: countdown(left) })}</strong> : null}
    </p>
  );
}

/** When bids are taken and until when they are revealed, with the time that is left. */
export function AuctionHours() {
  const { t } = useTranslation();
  const moment = useMoment();
  const clock = useClock();
  if (!clock) return null;
  const facts = { from: moment(clock.bids_at, clock.now), to: clockText(clock.bids_until), reveal: moment(clock.reveals_until, clock.now) };
  const turns = [[clock.bids_at, "hours.bidsIn"], [clock.bids_until, "hours.bidsEnd"], [clock.reveals_until, "hours.revealsEnd"]] as const;
  const next = turns.find(([at]) => clock.now < Date.parse(at));
  const over = next?.[1] === "hours.revealsEnd";
  return (
    <Notice icon="clock" tone={over ? "warn" : undefined}>
      <span data-testid="auction-hours">{t("hours.bids", facts)} {over ? t("hours.bidsOver") : null} {next ? <strong className="num">{t(next[1], { left: countdown(Date.parse(next[0]) - clock.now) })}</strong> : null}</span>
    </Notice>
  );
}
