import { Steps } from "antd";
import { AntdRoot } from "./AntdRoot";

export interface ProgressStep {
  title: string;
  note?: React.ReactNode;
  state: "done" | "now" | "later" | "failed";
}

const STATES = { done: "finish", now: "process", later: "wait", failed: "error" } as const;

/** Steps in their order, with the one that is due now. */
export function Progression({ steps, vertical = false }: { steps: readonly ProgressStep[]; vertical?: boolean }) {
  // What is due stands out; when nothing is, no step does.
  const due = steps.findIndex((step) => step.state === "now" || step.state === "failed");
  return (
    <AntdRoot>
      <Steps
        size="small"
        orientation={vertical ? "vertical" : "horizontal"}
        responsive
        current={due < 0 ? steps.length : due}
        items={steps.map((step) => ({ title: step.title, content: step.note, status: STATES[step.state] }))}
      />
    </AntdRoot>
  );
}
