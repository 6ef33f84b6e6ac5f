import { useTranslation } from "react-i18next";
import { GuideHome } from "@/pages/shared/GuideHome";
import { PageHead } from "@/ui/Card";

/** The guidance centre inside the application. */
export function Page() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("guide.title")} sub={t("guide.intro")} />
      <GuideHome to="/help/$guideline" />
    </>
  );
}
