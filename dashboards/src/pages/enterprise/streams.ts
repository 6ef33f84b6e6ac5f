/** What people call a stream of a period; in a year a remark names it with its month before it: 03.coal. */
import type { Period } from "@/api/accounting";
import { useLineName } from "@/ui/CalcTable";

export function useStreamName(period: Period): (slug: string) => string {
  const lineName = useLineName();
  return (slug) => {
    const [, month, own] = /^([01]\d)\.(.+)$/.exec(slug) ?? [undefined, "", slug];
    const found = period.streams.find((each) => each.slug === own || each.slug === slug);
    if (!found) return slug;
    return month ? `${lineName(found)} · ${period.period}-${month}` : lineName(found);
  };
}
