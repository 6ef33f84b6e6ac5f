import { useTranslation } from "react-i18next";
import type { FactorFault } from "@/api/factors";
import { ErrorCard } from "./states";
import { Told } from "./Told";

/** Why a factor was not taken: the browser's reason or the server's, in four parts. */
export function FactorFaultCard({ fault }: { fault: FactorFault }) {
  const { t } = useTranslation();
  if ("problem" in fault) return <ErrorCard problem={fault.problem} />;
  if ("again" in fault) return null;
  const name = fault.passkey;
  return <Told what={t(`factors.fault.${name}.what`)} meaning={t(`factors.fault.${name}.meaning`)} action={t(`factors.fault.${name}.action`)} code={name} />;
}
