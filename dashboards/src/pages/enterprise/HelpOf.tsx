import { GuideCourse } from "@/pages/shared/GuideCourse";

/** One guideline's course inside the application. */
export function Page() {
  return <GuideCourse to="/help/$guideline" />;
}
