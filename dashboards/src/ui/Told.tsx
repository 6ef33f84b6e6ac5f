import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";

/** A "no" that the page itself says, in the same four parts as the server's; `code` is what to quote to a helper. */
export function Told({ what, meaning, action, code }: { what: string; meaning: string; action: string; code: string }) {
  const { t } = useTranslation();
  return (
    <div className="notice danger" role="alert">
      <Icon name="alert" />
      <div className="stack tight grow">
        <strong>{what}</strong>
        <span>{meaning}</span>
        <span>{action}</span>
        <span className="small muted">{t("fault.case")} <span className="mono">{code}</span></span>
      </div>
    </div>
  );
}
