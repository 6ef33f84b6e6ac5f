import type { Dict } from "../zh";

export const ledger: Pick<Dict, "outbox" | "business" | "proof" | "way"> = {
  business: {
    title: "Business on the ledger", kind: "Kind of business", kinds: { all: "All", report: "Reports", issue: "Issues", trade: "Trades", duty: "Surrender" }, none: "No business on the ledger yet", noneText: "Minted reports, issues, trades and surrenders appear here once they are on the ledger.",
    what: "What", amount: "Amount", who: "Parties", protected: "Protected", more: "and {{n}} more", endorsed: "Endorsed {{n}}/3",
  },
  proof: {
    fingerprint: "certificate SHA-256 {{digest}}", open: "Proof", title: "Proof on the ledger", says: "Endorsed by {{n}} organisations (at least {{min}}), written into block #{{block}}, whose hash the next block names.", invalid: "This transaction was judged invalid ({{code}}); it changed nothing.",
    confirmed: "Confirmation took", notOurs: "Not sent by this service",
  },
  way: { torn: "Red flows do not fit their nodes", price: "Price", priceOf: "{{q}} t @ {{p}}", equation: "in {{in}} + born {{born}} = out {{out}} + rests {{rest}}", entry: "in {{n}}", out: "out {{n}}", rest: "rests {{n}}", obligation: "Obligation", unspent: "Unspent", anchors: "Anchors of readings used", anchorsOf: "{{n}}", before: "Version before", after: "Version after", noAmounts: "Figures of a monthly report are encrypted on the ledger: there is no amount to draw.", due: "{{n}} t due", given: "{{n}} t surrendered" },
  outbox: {
    title: "Intents on their way", sub: "Signed and not on the ledger in time: where it is stuck, why, and what to do", all: "All organisations", own: "Own organisation",
    none: "Nothing is stuck", noneText: "Everything signed is on the ledger, or was handed in just now.", what: "Act", who: "Account", since: "Handed in", age: "Waiting for", why: "Why", todo: "What to do", attempts: "{{n}} attempts", next: "Next attempt",
    retry: "Try now", retried: "It is being carried again.", signAgain: "Sign again", service: "A service", nodes: "The nodes' words", validUntil: "Valid until",
  },
};
