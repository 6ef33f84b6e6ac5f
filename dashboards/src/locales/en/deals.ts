import type { Dict } from "@/locales/zh";

export const deals: Pick<Dict, "trading" | "blocks"> = {
  trading: { tabs: "Way of trading", listed: "Listed", blocks: "Block deals", auctions: "Auctions", halted: "The regulator has halted all trading: withdrawals and reveals are possible, orders are not." },
  blocks: {
    propose: "Propose a block deal", hint: "Agreed with one counterparty: at least {{n}} t, at {{low}}–{{high}}; locked until the session ends, delivered at once when the counterparty accepts.", closed: "Block deals are not open now. When they are: at least {{n}} t, at {{low}}–{{high}}.", notTraded: "Block deals are not open yet.",
    headsOnly: "The head proposes and accepts block deals; traders see, decline and withdraw them.", other: "Counterparty", choose: "Choose an enterprise", ourSide: "Our side", own: "Our block deals", none: "No block deals yet", noneText: "What you propose, and what is proposed to you, appears here.",
    byUs: "Proposed by us", byThem: "Proposed by them", waiting: "Waits for them", forUs: "Waits for us", accepted: "Traded", declined: "Declined", withdrawn: "Withdrawn", lapsed: "Lapsed with its session",
    accept: "Accept", decline: "Decline", withdraw: "Withdraw", changed: "The terms are not those shown on this page. Reload and check again.",
    proposeTitle: "Propose a block deal to {{name}}", proposeSell: "I offer to sell this counterparty the following allowances. They are locked until the session ends; when the counterparty accepts, allowances and coin are delivered in one transaction.", proposeBuy: "I offer to buy the following allowances from this counterparty. The coin is locked until the session ends; when the counterparty accepts, allowances and coin are delivered in one transaction.",
    acceptTitle: "Accept the block deal of {{name}}", acceptStatement: "I accept this price and quantity. Allowances and coin are delivered in one transaction, for good.", declineTitle: "Decline a block deal", declineStatement: "I decline the following block deal; what the other side locked is free at once.", withdrawTitle: "Withdraw a block deal", withdrawStatement: "I withdraw the following block deal; what it locked is free at once.",
    faults: { counterparty: "Choose a counterparty", price: "Enter a price with at most two decimals", band: "The price is outside the range of block deals, {{low}}–{{high}}", quantity: "Enter whole tonnes", least: "A block deal is at least {{n}} t; list smaller quantities", holding: "More than the {{n}} t that can be sold", coin: "More than the {{n}} coin available" },
  },
};
