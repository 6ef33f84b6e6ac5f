import { factorSets } from "./factorSets";
import { leaving } from "./leaving";

export const keeping = {
  ...leaving,
  ...factorSets,
  coins: {
    outputs: "Coin, output by output", outputsNote: "Coin is a set of outputs; each can be in one order at a time", none: "No coin yet", output: "Output", amount: "Amount", from: "From", free: "Free", locked: "Locked", count: "Pieces", parts: "Parts", into: "Parts", choose: "Choose one to split it, several to merge them",
    merge: "Merge", split: "Split", mergeTitle: "Merge coin", mergeStatement: "I merge the chosen outputs into one; the sum stays the same.", splitTitle: "Split coin", splitStatement: "I split this output into the parts below; the sum stays the same.",
    redeem: "Redeem", redeemNote: "The coin is destroyed and the operator pays to the account you name", payout: "Payment instruction", payoutHint: "Bank, holder, account number; the ledger keeps a digest, the operator reads the words", redeemTitle: "Redeem coin", redeemStatement: "I destroy coin of this amount and ask for payment to the account named. It cannot be undone.", faultAmount: "Enter an amount with at most two decimals", faultFree: "More than the free coin, {{n}}", faultPayout: "Enter the payment instruction",
    redemptions: "Redemptions", redemptionsNone: "Nothing redeemed yet", payNote: "The coin is destroyed: pay as instructed",
    lots: "Lots that can be merged", lotsNote: "Free neighbouring lots of one issue", lotsTitle: "Merge lots", lotsStatement: "I merge these neighbouring lots into one; serials and quantity stay. It can be sold when the last of them can.",
  },
  entity: {
    title: "The enterprise in its reports", note: "What the first chapter of an emission report says by its template. Signing keeps it in the report; later changes go into later reports. Name and credit code come from the registration.", enterprise: "Enterprise", save: "Save", saved: "Saved", asked: "not given", readOnly: "Carbon managers, plant operators and the head fill this in.",
  },
  equipment: {
    title: "Equipment and departments", note: "What the report's table of equipment and the data quality plan ask for by their templates; what nobody fills in stands there as not given. Signing and filing keep it; later changes go into later reports and plans.", noStreams: "The model has no streams yet; their equipment is filled in here once it is saved.", plant: "Plant: {{name}}", stream: "Source stream: {{name}}", meter: "Meter: {{name}} ({{slug}})", given: "{{n}} of {{all}} given",
  },
  trust: {
    card: "Trusted counterparties", limit: "A block with one that is not trusted is at most {{n}} t", noLimit: "There is no limit for those that are not trusted", none: "No other enterprises", state: "Trust", since: "Since", trusted: "Trusted", untrusted: "Not listed", begin: "Trust", end: "Remove",
    title: "Trust {{name}}", statement: "I propose to trust this enterprise: blocks with it are then not bound by our limit. Another trader or head of ours confirms.", delay: "Waits after that", hours: "{{n}} hours, during which anybody of ours can take it back", atOnce: "Not at all: it counts when confirmed", endTitle: "Remove {{name}}", endStatement: "I end our trust in this enterprise at once. What we proposed before can still be accepted by it, and taken back by us.",
  },
  recovery: {
    title: "Device and recovery code both lost", note: "Others bind new keys for you", text: "New keys and a new recovery code are made in this browser. Two colleagues (at once), or administrator and regulator (72 hours after confirmation), bind them. All keys that you have now end.", make: "Make new keys", reason: "Reason", reasonHint: "E.g. phone lost, printed code destroyed", send: "Ask", asked: "Asked", take: "Withdraw the request",
    waits: "Keep this browser's data: the new keys are only here and in the new recovery code.", states: { asked: "Waits for a helper", proposed: "Waits for the second person", confirmed: "In its waiting time", executed: "Done" },
    list: "Requests for new keys", listNote: "Make sure in person or by telephone that it is she", help: "Propose", helpTitle: "New keys for {{name}}", helpStatement: "I have made sure of the person's identity and propose to bind the new keys that were asked for and to end all old ones.", colleagueStatement: "I have made sure of my colleague's identity and propose to bind the new keys that were asked for and to end all old ones; a third person of ours confirms, at once.", thirdColleague: "Another colleague confirms; it counts at once.",
  },
  compilations: {
    card: "Independence: declared ties", note: "Who compiled a report for an enterprise, advised it, or shares assets or managers with it does not verify it (Regulations, art. 13; verification guide)", title: "Declare a tie", tie: "Tie", ties: { compiled: "compiled a report", advice: "advised it", assets: "shares assets", managers: "shares managers" }, tieStatement: "I declare that our body had this tie with this enterprise in this year. The draw then passes us over for that year and the three after.", statement: "I declare that our body compiled a report of this enterprise for this year. The draw then passes us over for that year and the two after.", year: "Year", declare: "Declare", none: "Nothing declared", fault: "Enter a year",
  },
  meterKey: {
    card: "The gateway's signing key", inForce: "In force", ended: "Ended", end: "End the key", title: "End a gateway's key", statement: "I end this gateway's signing key: what it signed stays signed, what comes after counts as unsigned. It cannot be undone; a new key comes with the next installation.", hint: "E.g. gateway stolen, key leaked", after: "Readings after that count as unsigned, until a new installation is registered.",
  },
  parameters: {
    title: "Parameters", sub: "Proposed by an administrator, in force when a regulator confirms; a group is written whole", subRead: "Confirm below what administrators propose", group: "Group", groups: { market: "Market", verification: "Verification", compliance: "Compliance", supply: "Caps", carry_over: "Carry-over" },
    since: "In force since", propose: "Propose", proposeTitle: "Change parameters: {{group}}", statement: "I propose these new values. When confirmed they are written to the ledger at once and count for what comes after.", changes: "Changes", same: "Same as now", field: "Parameter", before: "Now", after: "New", effect: "Effect", fault: "Not in the right form: see the hint", token: "Instrument", limit: "Limit", carried: "Carried", gone: "Redeemed or cancelled", supplyNote: "A cap is never below what was issued", capHint: "Tonnes, of coin 0.01; the instrument is coin or CEA-year", carryNote: "Limit = 10,000 t + 1.5 × net sales (allocation plan, annex 5)",
    bandEffect: "{{instrument}} can be quoted from {{low}} to {{high}} at its reference price", capEffect: "{{n}} more can be issued", carryEffect: "Limit {{n}} t",
    fields: {
      band: "Band of listed trading (%)", block_band: "Band of blocks (%)", tick_cents: "Tick (0.01 coin)", lot_t: "Trading lot (t)", order_max_t: "Most of a listed order (t)", block_min_t: "Least of a block (t)", untrusted_block_t: "Most of a block without trust (t)", trust_delay_hours: "Wait for trust (hours)", position_max_t: "Most bought net in a session (t)", positions: "The same for single accounts", weekdays: "Trading days (1 is Monday)", closed_days: "Closed days", references: "Reference prices",
      month: "Steps of a month's verification", year: "Steps of a year's verification", sample_deadline_hours: "Time to open a sample (hours)", confirm_deadline_hours: "Time to confirm an act (hours)", tenure_years_max: "Years of one auditor in a row", offset_percent_max: "Most CCER of an obligation (%)", offset_vintage_min: "Oldest year of CCER",
      cap: "Cap", unit: "Unit", vintage: "Vintage", account: "Account", to_vintage: "To vintage", sold_t: "Sold (t)", bought_t: "Bought (t)",
    },
    effects: {
      tick_cents: "Prices are multiples of it", lot_t: "Quantities are multiples of it", order_max_t: "Larger quantities are blocks; a multiple of the lot", block_min_t: "Empty: no blocks", untrusted_block_t: "Empty: no limit; enterprises may set a lower one", trust_delay_hours: "When a new trust counts", position_max_t: "Empty: positions are not kept", positions: "A line each: account, tonnes", weekdays: "Separated by commas", closed_days: "As 2026-10-01, separated by commas", references: "A line each: instrument, price; only for those without a close",
      month: "In this order; none may be missing", year: "In this order; none may be missing", sample_deadline_hours: "A side that is late is left out of the seed", confirm_deadline_hours: "What is not confirmed lapses", tenure_years_max: "After these it is no longer drawn", offset_percent_max: "Share of CCER in a surrender", offset_vintage_min: "Empty: any year",
    },
  },
  hours: {
    session: "Session {{from}}–{{to}} (Beijing time)", blocks: "block deals from {{from}}", blocksAll: "block deals all along", closesIn: "closes at {{at}}, {{left}} left", opensIn: "opens at {{at}}, in {{left}}", none: "No trading day is ahead in the calendar", onDay: "{{day}} ({{weekday}}) {{at}}",
    bids: "On trading days with a notice, sealed bids are taken {{from}}–{{to}} (nothing else is traded then) and revealed until {{reveal}}; a bid not revealed by then is void and unlocked.", bidsIn: "Bidding begins in {{left}}", bidsEnd: "Bidding ends in {{left}}", revealsEnd: "Revealing ends in {{left}}", bidsOver: "Today's bidding is over: an auction opened now gets no bids; open it on the next trading day.",
  },
} as const;
