/** Language and theme; the same two buttons before and after signing in. */
import { startTransition } from "react";
import { useTranslation } from "react-i18next";
import { speak } from "@/i18n";
import { chooseTheme, useTheme } from "@/theme";
import { Icon } from "@/ui/Icon";

export function Preferences() {
  const { t, i18n } = useTranslation();
  const theme = useTheme();
  const other = i18n.language === "zh" ? "en" : "zh";
  return (
    <>
      <button type="button" className="button plain small" lang={other === "en" ? "en" : "zh-CN"} onClick={() => void speak(other)}>
        {t("shell.otherLanguage")}
      </button>
      <button type="button" className="button plain icon" aria-label={t(theme === "dark" ? "shell.light" : "shell.dark")}
        onClick={() => startTransition(() => chooseTheme(theme === "dark" ? "light" : "dark"))}>
        <Icon name={theme === "dark" ? "sun" : "moon"} />
      </button>
    </>
  );
}
