/** Instants as people in China's plants read them: Asia/Shanghai, to the second. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const FULL = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short" });
const CLOCK = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", timeStyle: "medium" });

function parsed(instant: string | null | undefined): Date | null {
  const date = instant ? new Date(instant) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

/** The day in Shanghai of an instant in milliseconds, as 2026-06-01. */
export const dayOf = (at: number): string => DAY.format(at);

export function instantText(instant: string | null | undefined): string {
  const date = parsed(instant);
  return date ? FULL.format(date) : "—";
}

export function Instant({ at, clock = false }: { at: string | null | undefined; clock?: boolean }) {
  const date = parsed(at);
  if (!date) return <span className="muted">—</span>;
  return <time className="num" dateTime={date.toISOString()} title={FULL.format(date)}>{(clock ? CLOCK : FULL).format(date)}</time>;
}

/** From one instant to another; the second one's date is said only when it is another day. */
export function Between({ from, to }: { from: string; to: string }) {
  const sameDay = instantText(from).slice(0, 10) === instantText(to).slice(0, 10);
  return <><Instant at={from} /> – <Instant at={to} clock={sameDay} /></>;
}

/** A clock for ages: the present time, renewed every second while something shows it. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Age({ at, now }: { at: string | null | undefined; now: number }) {
  const { t } = useTranslation();
  const date = parsed(at);
  if (!date) return <span className="muted">—</span>;
  const seconds = Math.max(0, Math.round((now - date.getTime()) / 1000));
  const text = seconds < 120 ? t("age.seconds", { n: seconds }) : seconds < 7200 ? t("age.minutes", { n: Math.round(seconds / 60) }) : t("age.hours", { n: Math.round(seconds / 3600) });
  return <span className="num" title={FULL.format(date)}>{text}</span>;
}
