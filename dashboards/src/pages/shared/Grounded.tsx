/** The lines of a statement, each meter of which opens down to its signed readings. */
import { lazy, Suspense, useState, type ComponentProps } from "react";
import type { Door } from "@/api/basis";
import { withTexts } from "@/i18n";
import { CalcTable } from "@/ui/CalcTable";

export const Basis = lazy(() => withTexts("verifying", import("./Basis")).then((module) => ({ default: module.Basis })));

export function Grounded({ door, period, ...table }: { door: Door; period: string } & Omit<ComponentProps<typeof CalcTable>, "onMeter">) {
  const [meter, setMeter] = useState("");
  return (
    <>
      <CalcTable {...table} onMeter={setMeter} />
      {meter ? <Suspense fallback={null}><Basis door={door} meter={meter} period={period} onClose={() => setMeter("")} /></Suspense> : null}
    </>
  );
}
