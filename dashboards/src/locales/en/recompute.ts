import type { Dict } from "@/locales/zh";

export const recompute: Pick<Dict, "recompute"> = {
  recompute: {
    title: "Recompute here", open: "Recompute here", back: "Back to the case", run: "Recompute here", again: "Compute again", running: "Calculating", loading: "Starting Python in this browser; the first time takes some seconds",
    intro: "The input frozen in the report is calculated again in your browser by the same formulas, then compared line by line with the platform's result and the ledger's commitment. Nothing leaves this machine.",
    cannot: { no_worker: "This browser has no background threads, so it cannot recompute.", no_wasm: "This browser has no WebAssembly, so it cannot recompute.", too_slow: "The calculation did not start here in time.", failed: "The calculation here did not finish." },
    cannotMeaning: "This browser gave no result, so the platform's result has not been checked here. Use a current browser or another computer; or check with tanheng verify on the command line.",
    lamp: { platform: "Platform", browser: "This browser", ledger: "Ledger" }, equal: "equal", unequal: "differs", trees: "Report's formula trees", result: "Result", subtotal: "Subtotal",
    allEqual: "Platform, this browser and the ledger agree on all {{count}} figures.", differ: "The results differ: do not approve.",
    differMeaning: "The table marks the figures that differ. Do not record the recomputation; tell the administrator.", rootMeaning: "The figures opened in the report do not lead to the root on the ledger: the report's data are not what was committed.", digestMeaning: "The digest of the report's data is not the one on the ledger: this is not what the enterprise signed.",
    figures: "Line by line", proof: "What this rests on", root: "Root on the ledger", guidelineHash: "Digest of the guideline's formulas", engine: "Digest of the program",
    licences: "Python in the browser is Pyodide (MPL-2.0); licences of others",
    copyNote: "The root is this platform's copy, kept by following the ledger. To ask an organisation's own peer, use tanheng verify.",
    timeCold: "Took {{total}} s: start {{boot}}, formulas {{engine}}, calculation {{run}}.", timeWarm: "Took {{total}} s, of which calculation {{run}}.",
    whatIf: "Try another factor", whatIfNote: "Calculated here only; no record changes", try: "Try", change: "against the report",
  },
};
