export const trial = {
  trial: {
    nav: "Try it", title: "Try a guideline", intro: "No account needed: choose a sector, type a few figures, see the tonnes. They are used for this calculation only and not kept.",
    guideline: "Guideline", regime: "Used for", source: "Source", period: "Period", periodHint: "A year 2026, a month 2026-06, or months with commas", region: "Region", sets: "Factor sets", entity: "Entity",
    example: "Load the worked example", exampleHint: "the figures that the system's own tests use", clear: "Clear",
    streams: "Source streams", none: "No source stream yet", noneText: "Choose one below, or load the worked example.", add: "Add a source stream", choose: "Choose a source stream", remove: "Remove", variant: "Kind", noVariant: "not named", month: "Month",
    quantity: "Activity", unit: "Unit", byBalance: "Give a balance", byQuantity: "Give the quantity", parameter: "Parameter", defaultIs: "default {{value}} {{unit}}", defaultUnverified: "default {{value}} {{unit}} (not checked)", noDefault: "no default: needed", optional: "optional", unread: "default not read yet: needed", from: "from {{ids}}",
    origin: "Origin", result: "Result", total: "Total", remarks: "Remarks", blocked: "No total yet", lines: "Lines", subtotals: "By kind of emission", indicators: "Intensities", computing: "Calculating", stale: "This is the result before the last change",
    again: "Calculate again", keep: "With an account meters feed it, months are accounted and put on the ledger.",
  },
};
