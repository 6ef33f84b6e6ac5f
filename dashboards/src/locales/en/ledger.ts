import type { Dict } from "../zh";

export const ledger: Pick<Dict, "outbox"> = {
  outbox: {
    title: "Intents on their way", sub: "Signed and not on the ledger in time: where it is stuck, why, and what to do", all: "All organisations", own: "Own organisation",
    none: "Nothing is stuck", noneText: "Everything signed is on the ledger, or was handed in just now.", what: "Act", who: "Account", since: "Handed in", age: "Waiting for", why: "Why", todo: "What to do", attempts: "{{n}} attempts", next: "Next attempt",
    retry: "Try now", retried: "It is being carried again.", signAgain: "Sign again", service: "A service", nodes: "The nodes' words", validUntil: "Valid until",
  },
};
