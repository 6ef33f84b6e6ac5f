/** The library's setting: our tokens, the page's language, and the nonce its styles need under our policy. */
import { ConfigProvider, theme as antdTheme } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { cspNonce, token, useTheme } from "@/theme";

export function AntdRoot({ children }: { children: React.ReactNode }) {
  const { i18n } = useTranslation();
  const theme = useTheme();
  const config = useMemo(
    () => ({
      algorithm: theme === "dark" ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
      token: {
        colorPrimary: token("--primary"),
        colorBgContainer: token("--surface"),
        colorBgElevated: token("--surface"),
        colorText: token("--ink"),
        colorTextSecondary: token("--ink-2"),
        colorTextDescription: token("--ink-2"),
        colorTextPlaceholder: token("--ink-3"),
        colorBorder: token("--line"),
        colorError: token("--danger"),
        colorLink: token("--primary"),
        colorTextLightSolid: token("--primary-ink"),
        borderRadius: 8,
        fontFamily: token("--font"),
        motionDurationMid: "0.1s",
        motionDurationSlow: "0.12s",
      },
    }),
    [theme],
  );
  return (
    <ConfigProvider locale={i18n.language === "en" ? enUS : zhCN} csp={{ nonce: cspNonce() }} theme={config}>
      {children}
    </ConfigProvider>
  );
}
