export const oversight = {
  wall: {
    title: "Overview", sub: "Accounting, trades and assets of all enterprises, live", verified: "Verified, yearly reports", price: "{{name}}, last price", traded: "Traded", trades: "{{n}} trades", turnover: "Turnover", compliance: "Surrendered", due: "due", chain: "Ledger height", blocks: "blocks", confirm: "confirmed p50 {{p50}} · p95 {{p95}} ms",
    session: "Market session", reports: "Reports by state", minted: "Minted reports", feed: "As it happens", hold: "Hold", resume: "Resume ({{n}} new)", quiet: "Nothing has happened yet", service: "Platform service",
    mintedTotal: "Minted monthly reports", mintedYear: "months of {{year}}", regulatorOnly: "for regulators only", rate: "Readings arriving", standings: "Every enterprise now", alarms: "{{n}} alarms", noMonth: "No period yet", old: "Could not be read again; these are the figures of {{at}}.",
    rates: { none: "No meter", unknown: "Rate unknown", stale: "Not updated", silent: "Silent for a minute", live: "Live" },
  },
  enterprises: { none: "No enterprise yet", filter: "Filter by name", profile: "Enterprise profile", purposeTitle: "Say why you look", purpose: "Purpose", purposeHint: "It is written into the log, which the enterprise can read." },
  trace: {
    title: "Provenance", sub: "From issue to holder, amounts conserved at every node", token: "Serial, coin, transaction or report digest", hint: "For example CEA-2026-1-500, a transaction id, or a report's digest", go: "Trace", none: "Type an id to follow it", noneText: "Copy one from the assets page, a trade or a report.", missing: "Nothing found", missingText: "The id is wrong, or it is none of your account's business.",
    broken: "{{n}} nodes do not conserve amounts", conserved: "All {{n}} nodes conserve amounts", cut: "The graph was cut, there is more.", graph: "Graph", table: "Nodes", what: "Event", who: "Account", holding: "Holding", hidden: "Protected counterparty", in: "In", born: "Issued", out: "Out", rest: "Rests", balanced: "conserved", unbalanced: "not conserved", report: "Report", way: "Its way", summary: "Graph of {{nodes}} nodes and {{edges}} flows",
  },
  actions: {
    title: "To do", sub: "What waits for your confirmation, endorsement or assignment", twoStep: "Acts of two persons", none: "No act of two persons", act: "Act", proposedBy: "Proposed by", digest: "Digest", at: "Proposed", state: "State", confirm: "Confirm", confirmTitle: "Confirm an act of two persons", arguments: "Contents",
    activate: "Activate {{role}} of {{organisation}}", setObligation: "Set the obligation of {{account}} for {{year}}", setParameters: "Set parameters: {{group}}", groups: { market: "market", verification: "verification", compliance: "compliance", supply: "caps", carry_over: "carry-over limit", factors: "factor set" },
    issues: "Issues to endorse", issuesNone: "No issue waits", endorse: "Endorse", endorseTitle: "Endorse an issue", endorseStatement: "I have checked the backing document and agree. With my signature the asset comes into being on the ledger.",
    cases: "Submissions to assign", casesNone: "No submission waits", openCase: "Assign", openCaseTitle: "Open a verification case", openCaseStatement: "I open a case for this submission; the chaincode assigns the independent auditor whom both sides' draw of the period gives; nobody can choose.",
    draws: "Draws of auditors", drawsNone: "No draw waits to be opened", commitDraws: "Commit to {{n}} draws", commitDrawsTitle: "Commit to draws", commitDrawsStatement: "My side commits to one nonce for each of these periods' draws. A commitment does not change; enterprises can submit when both sides have committed.", drawPeriods: "Periods", openDraw: "Reveal draw", openDrawTitle: "Reveal a draw", openDrawStatement: "My side reveals its nonce for this period. When both have, the auditors stand.", drawWaiting: "Submissions waiting", drawAdministrator: "Administrator", drawRegulator: "Regulator", drawStates: { missing: "not committed", committed: "committed", open: "open" },
    samples: "Sampling nonces to open", samplesNone: "No nonce waits", openSample: "Open", openSampleTitle: "Open the sampling nonce", openSampleStatement: "I open the nonce committed when the case was opened; it decides the sample.",
  },
  search: {
    overseer: "Accounting, trades, assets and reports of all enterprises", own: "Reports, evidence, trades and assets of your organisation", words: "Words", kind: "Kind", none: "Nothing found for “{{q}}”", noneText: "Try other words.", noneKind: "Nothing of this kind; try all kinds.",
    kinds: { enterprise: "Enterprises", statement: "Periods", report: "Reports", evidence: "Evidence", trade: "Trades", listing: "Orders", asset: "Assets", transaction: "Ledger transactions" },
  },
  chain: {
    title: "Ledger", sub: "Endorsed by three organisations", height: "Height", transactions: "Transactions", committed: "Confirmed", readable: "On the page", of: "last {{n}}", waiting: "Waiting", oldest: "oldest {{n}} s", blocks: "Blocks", none: "No block yet", number: "Number", hash: "Block hash", previous: "Previous", data: "Data hash", block: "Block #{{n}}", transaction: "Transaction", verdict: "Verdict", endorsers: "Endorsed by", creator: "Sent by", objects: "Objects written",
    honest: "In this demo one operator runs all three organisations: endorsements prove order and integrity against outsiders only; what does not rest on the operator are people's and meters' signatures.",
  },
};
