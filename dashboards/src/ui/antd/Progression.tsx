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
  return (
    <AntdRoot>
      <Steps
        size="small"
        orientation={vertical ? "vertical" : "horizontal"}
        responsive
        items={steps.map((step) => ({ title: step.title, content: step.note, status: STATES[step.state] }))}
      />
    </AntdRoot>
  );
}
