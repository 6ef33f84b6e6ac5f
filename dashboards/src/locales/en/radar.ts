export const radar = {
  radar: {
    waiting: "being checked", clean: "nothing found", suspect: "may be forged", noted: "noted", unreadable: "cannot be read: look at it yourself", signs: "Signs", twin: "The other file", compare: "Side by side", here: "This file", open: "Open",
    sampled: "Sampled on", received: "Received on", tested: "Tested on", reported: "Reported on", laboratory: "Laboratory", accreditation: "Accreditation number",
    shared: "Files that two enterprises share", sharedNone: "No two enterprises were found to use the same file", one: "One place", other: "The other", alike: "Alike", found: "Found",
  },
};
