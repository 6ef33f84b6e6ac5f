export const review = {
  queue: { title: "Case queue", none: "No case is assigned to you", noneText: "Cases appear here when the regulator opens them.", enterprise: "Enterprise", next: "Next step", opened: "Assigned", approve: "to approve" },
  review: {
    visit: "Record the site visit", visitNote: "What was seen", visitHint: "Date, places, meters and records looked at, people spoken with", attest: "Confirm the site visit", attestStatement: "I was at the site together with the recorder and confirm this record of the visit.",
    title: "Verification: {{name}}", frozen: "as frozen when the enterprise submitted", closed: "This case is not open to you", closedText: "It has ended, or its contents are open to the assigned auditor only.", steps: "Steps on the ledger", about: "About this report", auditor: "Auditor",
    submitted: "Submitted", opened: "Assigned by the regulator", minted: "Approved and minted", sampling: "Sampling", materiality: "Materiality", population: "Population", size: "Sample size", sizeHint: "leave empty for the usual size", seed: "Seed", seedWaiting: "waits for both nonces", seedText: "When the enterprise and the regulator have opened the nonces they committed to, the chaincode computes the seed and draws the sample.",
    noFindings: "No findings", outcome: "What came of it", close: "Close", newFinding: "New finding", findingText: "Finding", stakeFault: "Give tonnes", return: "Return", commitPlan: "Commit the sampling plan", record: "Record: {{step}}", approve: "Approve and mint", notYours: "Next, “{{step}}”, is another person's of your organisation",
    entryDigest: "Entry's digest", planStatement: "I commit this sampling plan before seeing the sample; a change is a further version with its reason.", stepStatement: "I have done “{{step}}” and record it on the ledger.", returnStatement: "I return this statement to the enterprise for the reason given.", approveStatement: "I approve this report. With my signature it is minted on the ledger and cannot be undone.",
    independenceStatement: "Neither I nor my organisation compiled this enterprise's report, hold or trade allowances, or have an interest in it.",
  },
};
