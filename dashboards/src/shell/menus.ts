/** Each role's sidebar: at most nine entries, every daily page one click away. */
import type { IconName } from "@/ui/Icon";
import type { Me } from "@/api/me";

export interface Entry {
  to: string;
  label: "home" | "live" | "devices" | "compliance" | "obligations" | "accounting" | "reports" | "market" | "assets" | "search" | "settings" | "queue" | "oversight" | "actions" | "enterprises" | "trace" | "chain" | "registrations" | "people" | "issuance" | "outbox";
  icon: IconName;
  /** Pages without an entry of their own, which are reached from this one. */
  under?: readonly string[];
}

export interface Group {
  label: "daily" | "accounting" | "trading" | "verification" | "oversight" | "administration" | "general";
  entries: Entry[];
}

const SEARCH: Entry = { to: "/search", label: "search", icon: "search" };
const KEYS: Entry = { to: "/settings", label: "settings", icon: "key" };
const CHAIN: Entry = { to: "/chain", label: "chain", icon: "network" };
const OUTBOX: Entry = { to: "/outbox", label: "outbox", icon: "upload" };
const REPORTS: Entry = { to: "/reports", label: "reports", icon: "file" };
const ACTIONS: Entry = { to: "/actions", label: "actions", icon: "inbox", under: ["/parameters", "/factors"] };

const MENUS: Record<Me["kind"], Group[]> = {
  enterprise: [
    { label: "daily", entries: [{ to: "/home", label: "home", icon: "home" }, { to: "/live", label: "live", icon: "pulse", under: ["/day"] }, { to: "/devices", label: "devices", icon: "factory" }] },
    { label: "accounting", entries: [{ to: "/accounting", label: "accounting", icon: "ledger" }, REPORTS] },
    { label: "trading", entries: [{ to: "/market", label: "market", icon: "candles" }, { to: "/assets", label: "assets", icon: "wallet" }, { to: "/compliance", label: "compliance", icon: "shield" }] },
    // Search and chain stand in the top bar: the sidebar keeps to nine entries.
    { label: "general", entries: [KEYS] },
  ],
  auditor: [
    { label: "verification", entries: [{ to: "/queue", label: "queue", icon: "inbox" }, REPORTS] },
    { label: "general", entries: [SEARCH, CHAIN, KEYS] },
  ],
  regulator: [
    { label: "oversight", entries: [{ to: "/oversight", label: "oversight", icon: "eye" }, ACTIONS, { to: "/enterprises", label: "enterprises", icon: "factory" }, { to: "/market", label: "market", icon: "candles" }, { to: "/obligations", label: "obligations", icon: "shield" }, { to: "/trace", label: "trace", icon: "trace" }] },
    { label: "general", entries: [SEARCH, CHAIN, KEYS] },
  ],
  administrator: [
    { label: "administration", entries: [{ to: "/registrations", label: "registrations", icon: "file" }, { to: "/people", label: "people", icon: "people" }, { to: "/issuance", label: "issuance", icon: "coin" }, ACTIONS, { to: "/enterprises", label: "enterprises", icon: "factory" }] },
    { label: "general", entries: [SEARCH, CHAIN, OUTBOX, KEYS] },
  ],
};

export const menuOf = (me: Me): Group[] => MENUS[me.kind];

/** Where a person lands after signing in. */
export function homeOf(me: Me): string {
  return MENUS[me.kind][0]!.entries[0]!.to;
}
