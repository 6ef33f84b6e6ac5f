/** Who looks at oversight's pages, faintly across them: a photographed screen names its photographer. */
import { instantText, useNow } from "@/ui/time";

export function Watermark({ text }: { text: string }) {
  const now = useNow(60_000);
  const line = `${text} ${instantText(new Date(now).toISOString()).slice(0, 16)}`;
  return <div className="watermark" aria-hidden="true">{Array.from({ length: 28 }, (_, i) => <span key={i}>{line}</span>)}</div>;
}
