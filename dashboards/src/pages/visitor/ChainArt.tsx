/** A quiet drawing of the product's idea: readings run together into sealed months. */
const END = { x: 318, y: 120 };
const COLOURS = ["fuel", "process", "electricity", "heat", "deduction", "other"] as const;
const STARTS = [22, 61, 100, 140, 179, 218] as const;

/** A point of the curve from a meter to the first block, t from 0 to 1. */
function at(y: number, t: number): { x: number; y: number } {
  const u = 1 - t;
  const along = (a: number, b: number, c: number, d: number) => u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  return { x: along(10, 150, 170, END.x), y: along(y, y, END.y, END.y) };
}

export function ChainArt() {
  return (
    <svg viewBox="0 0 440 240" width="100%" role="presentation" aria-hidden="true" fill="none" strokeLinecap="round">
      {STARTS.map((y, i) => {
        const colour = `var(--source-${COLOURS[i]})`;
        return (
          <g key={y} stroke={colour}>
            <path d={`M10 ${y} C150 ${y} 170 ${END.y} ${END.x} ${END.y}`} strokeWidth="1.8" opacity="0.75" />
            <circle cx="10" cy={y} r="4.5" fill="var(--surface)" strokeWidth="2" />
            {[0.14, 0.27, 0.4, 0.53].map((t) => <circle key={t} cx={at(y, t + i * 0.017).x} cy={at(y, t + i * 0.017).y} r="2.6" fill={colour} stroke="none" />)}
          </g>
        );
      })}
      {[2, 1, 0].map((i) => (
        <g key={i} transform={`translate(${314 + i * 40} 96)`} stroke="var(--primary)">
          <path d="M24 0 44 12v24L24 48 4 36V12z" fill={i === 0 ? "var(--primary-soft)" : "var(--surface)"} strokeWidth="2" strokeLinejoin="round" opacity={1 - i * 0.25} />
          {i === 0 ? <path d="m16 24 6 6 11-12" strokeWidth="2.6" strokeLinejoin="round" /> : null}
        </g>
      ))}
    </svg>
  );
}
