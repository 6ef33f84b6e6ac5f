/** Languages: Chinese is in the entry, English comes when asked for. `en: Dict` makes a missing key a type error. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { zh, type Dict } from "@/locales/zh";

export type Language = "zh" | "en";
const STORED = "tanheng-language";

export function storedLanguage(): Language {
  const kept = localStorage.getItem(STORED);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : navigator.language ? "zh" : "en";
}

// Texts of pages that few people open first; with all of them the entry would be over its budget. English comes
// whole when it is asked for.
const LAZY = {
  watching: () => import("@/locales/zh/watching").then((module) => module.watching),
  keeping: () => import("@/locales/zh/keeping").then((module) => module.keeping),
  verifying: () => import("@/locales/zh/verifying").then((module) => module.verifying),
} as const;

/** A page together with its Chinese texts: the router shows it when both are there. */
export async function withTexts<Page>(area: keyof typeof LAZY, page: Promise<Page>): Promise<Page> {
  const [loaded, texts] = await Promise.all([page, LAZY[area]()]);
  i18next.addResourceBundle("zh", "translation", texts, true, true);
  return loaded;
}

async function dictionary(language: Language): Promise<Partial<Dict>> {
  return language === "zh" ? zh : (await import("@/locales/en")).en;
}

/** Makes a language ready and speaks it; the page's lang attribute follows. */
export async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation"))
    i18next.addResourceBundle(language, "translation", await dictionary(language));
  await i18next.changeLanguage(language);
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

export async function startLanguages(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "zh",
    fallbackLng: false,
    resources: { zh: { translation: zh } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    returnNull: false,
  });
  await speak(storedLanguage());
}
