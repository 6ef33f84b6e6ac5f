import type { Dict } from "@/locales/zh";

export const guide: Pick<Dict, "guide"> = {
  guide: {
    nav: "Guide", title: "Guidance centre", intro: "A course for each guideline: which meters, how to sample, which factors, a worked example, templates and questions.", courses: "Courses by sector", steps: "Steps of the course", all: "All guidelines", try: "Load into the trial",
    of: "Step {{at}} of {{all}}", fields: "Fields this step explains", balance: "Balance", case: "Test case {{id}}, calculated by the system now", templates: "Templates", templatesNote: "Made from this guideline's streams and parameters", xlsx: "Excel template", csv: "CSV template",
    marked: "Defaults not yet compared with the print, or without a figure", item: "Item", value: "Default", noValue: "No figure: to be given",
    questions: "Questions", glossary: "Glossary", find: "Find a term", findNone: "No term contains \"{{asked}}\"", help: "How to fill this in",
  },
};
