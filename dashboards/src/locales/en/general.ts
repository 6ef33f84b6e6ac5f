export const general = {
  brand: { name: "Tanheng", line: "Carbon accounting and trading" },
  unit: { coin: "coin", tonne: "t", tco2: "tCO₂", coinPerTonne: "coin/t", tco2PerHour: "tCO₂/h", ms: "ms", perSecond: "/s" },
  age: { seconds: "{{n}} s", minutes: "{{n}} min", hours: "{{n}} h" },
  link: {
    connecting: "Connecting", live: "Live", resync: "Resyncing", stale: "Silent for {{n}} s", offline: "Disconnected", signed_out: "Sign in again",
    chain: "Ledger status", noBlock: "—",
  },
  ui: {
    loading: "Loading", copy: "Copy", copied: "Copied", retry: "Try again", close: "Close", cancel: "Cancel", more: "Load more", open: "Open",
    all: "All", none: "None", yes: "Yes", no: "No", save: "Save", send: "Submit", back: "Back", next: "Next",
    forbidden: "You may not see this page", forbiddenMeaning: "It belongs to another role. Choose a page from the menu, or ask the head of your organisation.",
    missing: "There is no such page", missingMeaning: "The address is wrong, or what it shows belongs to another organisation. Start again from the menu.",
    table: "Show as a table", chart: "Show as a chart",
  },
  fault: {
    case: "Case number",
    offline: { what: "The server cannot be reached", meaning: "What you just did was not sent; you still see the last data.", action: "Check the network and try again." },
    timeout: { what: "The server did not answer in time", meaning: "It may still be working on it; trying the same again does nothing twice.", action: "Wait a moment and try again." },
    page_fault: { what: "The page failed", meaning: "No data has changed.", action: "Reload the page; if it happens again, send this text to the administrator." },
    other: { what: "This was not done", meaning: "The server did not accept the request; no data has changed.", action: "Try again in a moment; if it still fails, send the number to the administrator." },
  },
  shell: {
    skip: "Skip to content", navigation: "Navigation", otherLanguage: "中文", light: "Light theme", dark: "Dark theme", account: "Account", signOut: "Sign out",
    notYet: "Your account is not open yet", noOrganisation: "You belong to no organisation yet",
    fold: "Collapse the sidebar", unfold: "Expand the sidebar", searchHint: "Search reports, trades, assets…",
  },
  menuGroup: { daily: "Daily", accounting: "Accounting", trading: "Assets and trading", verification: "Verification", oversight: "Oversight", administration: "Administration", general: "General" },
  menu: {
    home: "Workbench", live: "Live monitoring", accounting: "Accounting", reports: "Reports", market: "Market", assets: "Allowances and coin", search: "Search",
    settings: "Keys and settings", queue: "Case queue", oversight: "Overview", actions: "To do", enterprises: "Enterprises", trace: "Provenance", chain: "Ledger",
    registrations: "Registrations", issuance: "Issuance",
  },
  chip: {
    waiting: "Waiting", sent: "Ordered", committed: "On the ledger", refused: "Refused by the ledger", expired: "Expired",
    block: "block #{{n}}", seconds: "{{s}} s", refusedWhy: "Not on the ledger: {{why}}", progress: "Progress to the ledger", signed: "Signed", ordered: "Sent for ordering", confirmed: "Confirmed",
    queued: "Signed and queued. It goes up when the ledger is back; nothing is lost and nothing is done twice.",
  },
};
