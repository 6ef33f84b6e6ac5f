/** Shares as plain bars on one scale; the bar and its number never disagree. */
import { forDrawing, formatted, percent, total } from "@/lib/decimal";

export interface Bar {
  id: string;
  label: string;
  value: string;
  colour: string;
}

export function ShareBars({ bars, unit, places = 1 }: { bars: readonly Bar[]; unit: string; places?: number }) {
  const whole = total(bars.filter((bar) => !bar.value.startsWith("-")).map((bar) => bar.value));
  const most = Math.max(...bars.map((bar) => Math.abs(forDrawing(bar.value))), 1e-9);
  return (
    <ul className="bars">
      {bars.map((bar) => (
        <li key={bar.id}>
          <span className="bar-label">{bar.label}</span>
          <span className="bar-track"><span className="bar-fill" style={{ width: `${(Math.abs(forDrawing(bar.value)) / most) * 100}%`, background: `var(--source-${bar.colour})` }} /></span>
          <span className="num bar-value">{formatted(bar.value, places)}<span className="unit">{unit}</span></span>
          <span className="num muted bar-share">{percent(bar.value, whole) ? `${formatted(percent(bar.value, whole))}%` : "—"}</span>
        </li>
      ))}
    </ul>
  );
}
