export const accounting = {
  home: {
    title: "Workbench", todo: "To do", todoNone: "Nothing waits for you", period: "This period", position: "Allowance position", trades: "Latest trades", noPeriod: "No reporting period yet",
    held: "held", due: "to surrender", surplus: "surplus", deficit: "short", coin: "Coin balance", openPeriod: "Open accounting", noTrades: "No trade yet", plants: "Plants", seeLive: "Live monitoring",
    todos: {
      returned: "{{period}} was returned: correct and submit again", ready: "{{period}} is ready to submit", collecting: "{{period}} is collecting; add data and evidence", sample: "{{period}}: open the sampling nonce", minted: "{{period}}: report minted",
      surrender: "Surrender waits for a second person: {{quantity}} t", key: "This device has no usable signing key", obligation: "{{year}}: {{quantity}} t still to surrender",
    },
    stages: { collecting: "Collect", ready: "Ready", submitted: "Submit", in_verification: "Verify", verified: "Approve", minted: "Mint" },
  },
  live: {
    title: "Live monitoring", plant: "Plant", total: "Total", noPlants: "No plant yet", meters: "Meters", reading: "Reading", updated: "Updated", state: "State", meter: "Meter", rate: "Per hour", medium: "Medium",
    online: "Meters online", perSecond: "Arriving", today: "Readings today", quarantined: "Set aside today", lastReading: "Last reading", stored: "stored", missing: "missing", refused: "refused", issued: "issued",
    equation: "issued {{issued}} = stored {{stored}} + set aside {{quarantined}} + refused {{refused}} + missing {{missing}}",
    good: "Good", late: "Late", silent: "Silent", noReading: "No reading", range: "Range", h1: "1 h", h24: "24 h", d30: "30 d", seriesTitle: "Consumption by meter", seriesUnit: "increase per hour",
    noSeries: "No reading in this range", summary: "Consumption of {{n}} meters in the chosen range", byMedium: "Today by medium", choose: "Choose a medium", quality: "Quality", serial: "Serial", noMeters: "No meter yet",
    quarantineTitle: "Readings set aside", quarantineNone: "No reading was set aside", reason: "Reason", at: "Time", value: "Value",
  },
  periods: {
    title: "Accounting", none: "No reporting period yet", noneText: "One appears when meters have given data for a month.", period: "Period", plant: "Plant", state: "State", version: "Version", total: "Total emissions", computed: "Computed", guideline: "Guideline",
  },
  period: {
    lines: "Calculation", source: "Source stream", activity: "Activity data", factor: "Factor", emissions: "Emissions", grade: "Grade", formula: "Formula", evidence: "Evidence", remarks: "Pre-check", total: "Total", streams: "Source streams",
    allStreams: "All source streams", remarksNone: "Pre-check passed, no remark", recompute: "Compute again", submit: "Sign and submit", withdraw: "Withdraw", entered: "Entered values", enter: "Save", note: "Note", upload: "Upload evidence", uploadHint: "PDF, picture, sheet or text, up to 50 MB",
    evidenceNone: "No evidence yet", kind: "Kind", evidenceTitle: "Title", digest: "SHA-256", answer: "Explain", answered: "explained", history: "History", historyNone: "Nothing yet", formulaOf: "Formula and figures", clause: "Clause", value: "Value", origin: "Origin", set: "Factor set",
    gradeShare: "By data grade", bySource: "By source", unit: "Unit", quantity: "Quantity", locked: "Submitted: the period is frozen", sampleNonce: "Open the sampling nonce", sampleText: "The auditor has committed the sampling plan. The sample is drawn once you open the nonce you committed to.",
    confirmStatement: "I confirm that this period's emission data are true, complete and accurate, and answer for them.", confirmTitle: "Sign the statement of {{period}}", withdrawTitle: "Withdraw the submission of {{period}}", withdrawStatement: "The period is then open again and must be submitted anew.", sampleTitle: "Open the sampling nonce of {{period}}", sampleStatement: "I open the nonce committed at submission; it decides the sample.",
    factLines: "Lines", factDigest: "Digest", factVersion: "Version", blocked: "Something blocks the submission; settle it first", findings: "Findings", reply: "Reply", due: "Due", atStake: "At stake", replied: "Replied", save: "Save", open: "Open", stateNote: "After submission the regulator assigns an auditor",
    meters: "Meters", sourceMeasured: "metered", sourceTyped: "typed", noLines: "No result yet", noLinesText: "Activity data or a factor is missing; see the pre-check.", compareLast: "from last period", tree: "Formula", evidenceKind: "Kind of evidence", chooseStream: "Source stream", viewFile: "Open the file",
    report: "Open the report", reason: "Reason of return", saved: "Saved", person: "Person", act: "Act",
  },
  reports: {
    title: "Reports", none: "No report yet", noneText: "One appears when a submission has been verified and approved.", period: "Period", plant: "Plant", enterprise: "Enterprise", state: "State", total: "Total emissions", digest: "Digest", minted: "Minted", download: "Download", receipt: "Ledger receipt",
    verify: "Verify this report", qr: "Scan to verify", pdfZh: "PDF (Chinese)", pdfEn: "PDF (English)", json: "JSON", html: "Web page", preparing: "The file is being made; try again in a moment", signatures: "Signatures", figures: "Calculation", chain: "On the ledger", version: "Version", block: "Block", tx: "Transaction", submittedTx: "Submission", mintedTx: "Minting", open: "Open the report",
  },
};
