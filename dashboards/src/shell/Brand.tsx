import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import mark from "@/mark.svg";

export function Brand({ to }: { to: string }) {
  const { t } = useTranslation();
  return (
    <Link to={to} className="brand">
      <img src={mark} width={28} height={28} alt="" />
      <span className="text">{t("brand.name")}<small>{t("brand.line")}</small></span>
    </Link>
  );
}
