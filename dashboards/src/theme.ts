/** Theme and the colour of a rise: kept in this browser, applied as attributes of <html>. */
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";
const THEME = "tanheng-theme";
const RISE = "tanheng-rise";
const watchers = new Set<() => void>();

function preferred(): Theme {
  const kept = localStorage.getItem(THEME);
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

let theme: Theme = "light";
let rise: "red" | "green" = "red";

export function startTheme(): void {
  theme = preferred();
  rise = localStorage.getItem(RISE) === "green" ? "green" : "red";
  apply();
}

function apply(): void {
  document.documentElement.dataset["theme"] = theme;
  document.documentElement.dataset["rise"] = rise;
  for (const run of watchers) run();
}

export function chooseTheme(next: Theme): void {
  theme = next;
  localStorage.setItem(THEME, next);
  apply();
}

export function chooseRise(next: "red" | "green"): void {
  rise = next;
  localStorage.setItem(RISE, next);
  apply();
}

const watch = (run: () => void) => {
  watchers.add(run);
  return () => watchers.delete(run);
};

export const useTheme = () => useSyncExternalStore(watch, () => theme);
export const useRise = () => useSyncExternalStore(watch, () => rise);

/** The present value of a token, for canvases that cannot read CSS variables. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function cspNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]');
  return meta?.content ?? "";
}
