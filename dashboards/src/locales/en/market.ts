export const market = {
  market: {
    title: "Market", instrument: "Instrument", last: "Last", change: "Change", volume: "Volume", high: "Upper limit", low: "Lower limit", previous: "Previous close", session: "Session {{n}}", closedHint: "The market is closed; orders are taken when the next session opens.", chartLabel: "Price chart",
    depth: "Order book", tape: "Trades", price: "Price", quantity: "Quantity", sum: "Sum", time: "Time", tx: "Ledger", spread: "Spread", noBook: "No open listing", noTape: "No trade yet", noCandles: "No trade yet, so no chart", none: "Nothing to trade yet",
    ticket: "Order", list: "List", take: "Take", sell: "Sell", buy: "Buy", available: "{{n}} t to sell", coinAvailable: "{{n}} coin free", amount: "Amount", submit: "Review and sign", mode: "Way", side: "Side",
    modeList: "List and wait", modeTake: "Take from the book", listHint: "Listed at your price until somebody takes it; good for this session.", takeHint: "Takes listings from the best price on, never worse than your limit.", limit: "Limit",
    faults: { price: "Give a price with at most two decimals", quantity: "Give whole tonnes", band: "Outside the day's band {{low}}–{{high}}", holding: "More than the {{n}} t you may sell", coin: "More than the {{n}} coin you have", empty: "Nobody offers that at the moment" },
    confirmList: "{{side}} listing {{quantity}} t × {{price}}", confirmTake: "{{side}} {{quantity}} t, limit {{price}}", statementList: "I list this order; allowances and coin change hands together when it is taken.", statementTake: "I take these listings; allowances and coin change hands in one transaction, all or nothing.",
    own: "My orders", ownNone: "No order yet", trades: "My trades", cancel: "Cancel", cancelTitle: "Cancel the order", cancelStatement: "What is not taken returns to the holding.", state: "State", open: "Open", step: "Step", bookTab: "Book", tapeTab: "Trades", mine: "{{n}} t of it yours", effective: "Average",
    readOnly: "Oversight view: nothing can be traded here",
  },
  assets: {
    title: "Allowances and coin", coinFree: "Coin, free", coinLocked: "Locked in orders", holdings: "Allowances", lots: "Lots", instrument: "Instrument", free: "Free", tradable: "To sell", listed: "Listed", pending: "To be confirmed", surrendered: "Surrendered", held: "On hold", serials: "Serials", quantity: "Quantity", state: "State", trace: "Trace",
    none: "No allowances yet", noneText: "They appear once the regulator has endorsed an issue.", intents: "What I signed", intentsNone: "Nothing signed yet", name: "Act", at: "Time", block: "Block", origin: "Origin",
    obligations: "Compliance", obligationsNone: "No obligation yet", obligationsNoneText: "Once a year's emissions are verified, what is owed stands here.", year: "Year", verified: "Verified", due: "Due", done: "Surrendered", deadline: "Deadline", surrender: "Surrender", surrenders: "Surrenders", surrendersNone: "None yet", confirm: "Confirm", by: "Proposed by",
    surrenderTitle: "Surrender for {{year}}", surrenderStatement: "I surrender these allowances to meet the obligation of {{year}}; they cannot be traded again.", confirmTitle: "Confirm the surrender", confirmStatement: "I have checked this surrender and confirm it.", howMany: "Quantity to surrender (t)", notInteger: "Give whole tonnes", oldest: "oldest vintage first",
  },
};
