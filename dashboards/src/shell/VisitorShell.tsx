/** The frame of pages without an account. */
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { Brand } from "./Brand";
import { homeOf } from "./menus";
import { Preferences } from "./Preferences";

export function VisitorShell() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <div className="visitor">
      <a href="#content" className="skip">{t("shell.skip")}</a>
      <header className="visitor-top">
        <Brand to="/" />
        <nav aria-label={t("shell.navigation")}>
          <Link to="/guide" className="button plain">{t("guide.nav")}</Link>
          <Link to="/try" className="button plain">{t("trial.nav")}</Link>
          <Link to="/verify" className="button plain">{t("visitor.verify")}</Link>
          <Preferences />
          {me.data ? (
            <Link to={homeOf(me.data)} className="button primary">{t("visitor.enter")}</Link>
          ) : (
            <Link to="/login" className="button primary">{t("visitor.signIn")}</Link>
          )}
        </nav>
      </header>
      <Outlet />
      <footer className="visitor-foot">
        <span>{t("brand.name")} · {t("brand.line")}</span>
        <span>{t("visitor.honest")}</span>
      </footer>
    </div>
  );
}
