export const compliance = {
  obligations: {
    title: "Obligations", sub: "After a year's report is minted, two regulators set what is owed", none: "No yearly report waits", noneText: "A yearly report comes here when it was verified and minted.", due: "Yearly reports without an obligation", enterprise: "Enterprise",
    propose: "Set", confirm: "Confirm", waits: "waits for another regulator", proposeTitle: "Set an obligation", confirmTitle: "Confirm an obligation",
    proposeStatement: "I set this enterprise's obligation for {{year}} by the total of its yearly report on the ledger.", confirmStatement: "I have checked the enterprise's total for {{year}} myself and confirm this obligation.",
    set: "Obligations that were set", setNone: "No obligation was set yet", setNoneText: "When two regulators have set one, what each enterprise owes and has surrendered stands here by year.", left: "Still owed", by: "Last day", late: "late: not met in time",
    check: "Checked in this browser", rootHolds: "total leads to the ledger's root", boxHolds: "equals the total sealed to me", boxNone: "no total is sealed to this device",
    mismatch: { what: "The total does not agree with the ledger; it cannot be signed", meaning: "The total, salt or path that the server gave does not lead to the ledger's root, or differs from the total that the enterprise sealed to you. Nothing was signed.", action: "Have an administrator look at the yearly report; set nothing before that." },
  },
  compliance: {
    sub: "Allowances are surrendered for each year; above the own limit by two persons", held: "Held, can be surrendered", owed: "Owed", given: "Surrendered", short: "Still short", surplus: "Enough, with a surplus", penaltyNote: "A year that is not met in time is penalised",
    certificate: "State of the year", met: "{{year}} is met in full", open: "{{year}} is not met yet", tx: "Last transaction on the ledger",
  },
};
