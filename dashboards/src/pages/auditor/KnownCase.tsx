/** The period of a case as it was known on any day, for its auditor. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { caseKnown, caseKnownDays } from "@/api/cases";
import { Card, PageHead } from "@/ui/Card";
import { KnownMachine } from "@/ui/KnownMachine";

export function Page() {
  const { t } = useTranslation();
  const { case: id } = useParams({ strict: false }) as { case: string };
  const of = ["case", id, "known"];
  const days = useQuery({ queryKey: of, queryFn: () => caseKnownDays(id) });
  return (
    <>
      <PageHead title={t("looks.known")} sub={t("looks.knownText")}><Link to="/review/$case" params={{ case: id }} className="button">{t("ui.back")}</Link></PageHead>
      <Card title={t("looks.known")}><KnownMachine days={days} load={(day) => caseKnown(id, day)} of={of} open /></Card>
    </>
  );
}
