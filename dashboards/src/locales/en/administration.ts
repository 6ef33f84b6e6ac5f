export const administration = {
  registrations: {
    title: "Registrations", none: "No registration waits", noneText: "New ones appear here when they are submitted.", organisation: "Organisation", kind: "Kind", contact: "Contact", at: "Submitted", state: "State", typed: "As typed", documents: "Documents", decision: "Decision", approve: "Approve and sign", approveNote: "It takes two signatures: registering the account and proposing its activation; the regulator then confirms on the ledger.",
    reason: "Reason", reasonHint: "Needed for a supplement or a rejection; the applicant reads it", supplement: "Ask for more", reject: "Reject", sameName: "{{n}} other organisations have this name: compare", approveTitle: "Approve the registration of {{name}}", approveStatement: "I have compared the documents with what was typed; I register the account and propose its activation.", signAgain: "Sign again", retry: "Retry what is left",
  },
  issuance: {
    title: "Issue of coin and allowances", sub: "Proposed by the administrator, in force when the regulator has endorsed", issues: "Issues", none: "No issue yet", kind: "Kind", account: "For", amount: "Amount", backing: "Backing document", backingHint: "Choose the bank receipt or allocation plan; it is not uploaded, only its digest is kept", vintage: "Vintage", propose: "Propose an issue", supply: "Supply", issued: "Issued", cap: "Cap", confirmTitle: "Propose an issue", confirmStatement: "I propose this issue on the backing document; the regulator endorses it next.",
    faultCoin: "Give an amount with at most two decimals", faultTonnes: "Give whole tonnes", faultVintage: "Give a year of four digits", faultBacking: "Choose the backing document",
  },
};
