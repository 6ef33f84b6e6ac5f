import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

interface Place {
  guideline: string;
  stream?: { kind: string; item: string } | undefined;
  field?: string | undefined;
  /** The remark or refusal that is shown. */
  about?: string | undefined;
  to?: "/help/$guideline" | "/guide/$guideline";
}

/** Opens the course at the step that explains a field, or what was said of it. */
export function HelpAt({ guideline, stream, field, about, to = "/help/$guideline" }: Place) {
  const { t } = useTranslation();
  const search = { stream: stream ? `${stream.kind}/${stream.item}` : undefined, field: field || undefined, about: about || undefined };
  return <Link to={to} params={{ guideline }} search={search} className="small nowrap" data-help={field || about || ""}>{t("guide.help")}</Link>;
}
