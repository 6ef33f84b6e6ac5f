import { useTranslation } from "react-i18next";
import { GuideHome } from "@/pages/shared/GuideHome";
import { PageHead } from "@/ui/Card";

/** The guidance centre for everybody. */
export function Page() {
  const { t } = useTranslation();
  return (
    <main className="visitor-main wide" id="content">
      <PageHead title={t("guide.title")} sub={t("guide.intro")} />
      <GuideHome to="/guide/$guideline" />
    </main>
  );
}
