/** Who looks at oversight's pages, faintly across them: a photographed screen names its photographer. */
import { token, useTheme } from "@/theme";
import { instantText, useNow } from "@/ui/time";

/** Drawn as a picture: words in the page would be text that nobody is meant to read there. */
function picture(line: string, ink: string): string {
  const words = line.replace(/[<>&"]/g, "");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="190"><text x="10" y="150" fill="${ink}" font-size="13" transform="rotate(-18 10 150)">${words}</text></svg>`;
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
}

export function Watermark({ text }: { text: string }) {
  useTheme();
  const now = useNow(60_000);
  const line = `${text} ${instantText(new Date(now).toISOString()).slice(0, 16)}`;
  return <div className="watermark" aria-hidden="true" style={{ backgroundImage: picture(line, token("--ink")) }} />;
}
