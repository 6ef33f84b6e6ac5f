/** What waits for the second person: each act in plain words, with the digest that is confirmed; and proposing one. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMyself } from "@/api/me";
import { PageHead } from "@/ui/Card";
import { TwoStepActs } from "../shared/TwoStepActs";
import { CasesToOpen } from "./CasesToOpen";
import { CasesUnderWay } from "./CasesUnderWay";
import { DrawsToKeep } from "./DrawsToKeep";
import { IssuesToEndorse } from "./IssuesToEndorse";
import { ProposeAct } from "./ProposeAct";
import { SamplesToOpen } from "./SamplesToOpen";
import { SharedFiles } from "./SharedFiles";

export function Page() {
  const { t } = useTranslation();
  const me = useMyself();
  return (
    <>
      <PageHead title={t("actions.title")} sub={t("actions.sub")}><Link to="/factors" className="button">{t("factorSets.title")}</Link><Link to="/parameters" className="button">{t("parameters.title")}</Link></PageHead>
      <div className="stack">
        <TwoStepActs title={t("actions.twoStep")} empty={t("actions.none")} />
        <DrawsToKeep />
        {me.kind === "regulator" ? <><IssuesToEndorse /><CasesToOpen /><SamplesToOpen /><CasesUnderWay /><SharedFiles /></> : null}
        <ProposeAct />
      </div>
    </>
  );
}
