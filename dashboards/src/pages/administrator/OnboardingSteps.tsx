import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { OnboardingStep } from "@/api/administration";
import { Hash } from "@/ui/Hash";
import { SkeletonRows } from "@/ui/states";
import { Instant } from "@/ui/time";

const Progression = lazy(() => import("@/ui/antd/Progression").then((module) => ({ default: module.Progression })));
const STATES = { done: "done", failed: "failed", running: "now", waiting: "later" } as const;

/** From approval to a working account, each step with its time or its fault. */
export function OnboardingSteps({ steps }: { steps: readonly OnboardingStep[] }) {
  const { t } = useTranslation();
  const note = (step: OnboardingStep) => (
    <span className="small">
      {step.done_at ? <Instant at={step.done_at} /> : t(`status.step.${step.state}`)}
      {step.tx_id ? <> <Hash value={step.tx_id} /></> : null}
      {step.detail || step.refusal ? <span className="danger-text"> {step.detail || step.refusal}</span> : null}
    </span>
  );
  return (
    <Suspense fallback={<SkeletonRows rows={4} />}>
      <Progression vertical steps={steps.map((step) => ({
        title: t(`status.names.${step.name as "register"}`),
        note: note(step),
        state: step.refusal ? "failed" : STATES[step.state],
      }))} />
    </Suspense>
  );
}
