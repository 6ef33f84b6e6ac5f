import { GuideCourse } from "@/pages/shared/GuideCourse";

/** One guideline's course for everybody. */
export function Page() {
  return <main className="visitor-main wide" id="content"><GuideCourse to="/guide/$guideline" /></main>;
}
