export const visitor = {
  visitor: {
    verify: "Verify a report", signIn: "Sign in", register: "Register", enter: "Enter", honest: "In this demo one operator runs all three organisations: endorsements prove order and integrity against outsiders only.",
    heroTitle: "Every tonne traced to a meter's signed reading", heroLead: "From readings to monthly activity data, from accounting and verification to reports on the ledger and allowance trading: one chain of evidence, end to end.",
    reports: "Reports on the ledger", tonnes: "Verified, yearly reports", lastPrice: "Last allowance price", noTrade: "No trade yet", howTitle: "Five steps to a report one can trust",
    steps: {
      measure: { title: "Measure", text: "A reading is acknowledged only once it is stored; doubtful ones are set aside with a reason." },
      account: { title: "Account", text: "Computed by the sector's guideline; every figure opens to formula, factor and evidence." },
      submit: { title: "Submit", text: "The head signs with her own key; the digest goes on the ledger and nobody changes it quietly." },
      verify: { title: "Verify", text: "An auditor drawn at random commits the plan before seeing the sample; no step, no approval." },
      trade: { title: "Trade", text: "Allowances move by serial number, delivery against payment, in the regulator's sight." },
    },
    checkTitle: "Verify a report", checkText: "No account needed. Drop the file: its digest is computed in your browser and compared with the ledger.",
  },
  login: {
    title: "Sign in", email: "E-mail", password: "Password", submit: "Sign in", code: "Code", codeHint: "Six digits from your authenticator, or a backup code", codeSubmit: "Confirm",
    noAccount: "No account yet?", wrong: "E-mail or password is wrong. Check them and try again.", wrongCode: "The code is wrong or was used before. Wait for the next one.", tooMany: "Too many attempts. Try again later.",
    enrolTitle: "Set up the second factor", enrolText: "Scan the code with an authenticator, or type the secret, then enter the six digits it shows.", secret: "Secret", enrolSubmit: "Turn on", passwordAgain: "Type your password again to turn it on",
    back: "Use another account",
  },
  register: {
    title: "Register", intro: "Choose your kind of organisation. You can start once the registration is approved and the regulator has confirmed it on the ledger.", kind: "Kind of organisation", name: "Organisation", uscc: "Unified social credit code", usccHint: "18 characters, the last a check character, tested as you type",
    sector: "Sector", role: "Your role", person: "Your name", email: "E-mail", phone: "Phone", password: "Password", passwordHint: "At least 10 characters, not only digits, no common password",
    document: "Document", documentHint: "Licence or letter of appointment, PDF, PNG or JPEG, up to 10 MB", documentChoose: "Choose or drop a file",
    kinds: { enterprise: "Reports emissions, holds and trades allowances", auditor: "Verifies emission reports and approves them", regulator: "Sees everything, confirms accounts and issues", administrator: "Reviews registrations, proposes issues, keeps the network" },
    faults: {
      required: "Required", email: "This is no e-mail address", uscc_length: "18 characters are needed", uscc_character: "Contains a character that codes never have (I, O, Z, S, V)", uscc_check: "The check character does not fit: look for a typing error", password: "At least 10 characters",
      document: "Add the document", documentKind: "Only PDF, PNG or JPEG", documentSize: "The file is over 10 MB", documentEmpty: "The file is empty",
    },
    keyTitle: "Make your signing key", keyText: "It is made in this browser, cannot be exported and is never sent. The server keeps the public half only.", keyMake: "Make the key and the recovery code", submit: "Submit the registration", insecure: "This address is not encrypted, so the browser cannot make keys. Open the https or http://localhost address.",
    doneTitle: "Registration submitted", doneText: "Keep this code: with it you can follow the review at any time.", code: "Code", seeStatus: "See the status", have: "Already submitted?", steps: { form: "Your details", key: "Key and recovery code", done: "Submit" },
  },
  status: {
    title: "Registration status", code: "Code", ask: "Look up", state: "State", submitted: "Submitted", remark: "Remark of the review", stepsTitle: "Setting up",
    step: { done: "done", failed: "failed", waiting: "waiting", running: "running" },
    names: { register: "Account on the ledger", propose: "Activation proposed", confirm: "Confirmed by the regulator", schema: "Data space made", device_rights: "Devices admitted", membership: "Sign-in opened" },
  },
  verify: {
    title: "Verify a report", intro: "Drop the PDF, workbook or JSON of a report or of its verification, or type its digest. The digest is computed in this browser and compared with the ledger; the file is not kept.", drop: "Drop a report here, or click to choose", dropHint: "PDF, Excel (XLSX) or JSON, up to 20 MB",
    digest: "Digest of the report (64 hex characters)", ask: "Compare", badDigest: "A digest has 64 hexadecimal characters", computing: "Computing the digest…",
    found: "The same as on the ledger", foundText: "This report is byte for byte what was minted on the ledger.", notFound: "No such report on the ledger", notFoundText: "The file was changed, or never minted. Ask the issuer for the original.",
    here: "Digest computed in this browser", noAttachment: "The file holds no report data", noAttachmentText: "It is not a report of this platform, or its attachment was taken out. You can type the digest instead.",
    foundVerification: "This verification report has the digest that stands in the approval on the ledger.", pagesSame: "The file is byte for byte the one that this site made.", pagesDiffer: "The data in the file are true, but the file is not the one that this site made", pagesDifferText: "Pages or cells may have been changed: go by the data listed below, and ask the issuer for the original.",
    enterprise: "Enterprise", period: "Period", total: "Total emissions", state: "State on the ledger", block: "Block", tx: "Transaction", time: "Time", endorsers: "Endorsing organisations", signers: "Signed by", guideline: "Guideline", superseded: "This report was superseded; see the newer version.",
    figures: "Figures in the report", figure: "Figure", value: "Value", limit: "Note", tooBig: "The file is over 20 MB",
  },
};
