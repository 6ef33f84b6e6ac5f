/** A quiet drawing of the product's idea: readings run together into sealed months. */
export function ChainArt() {
  const line = (y: number, bend: number) => `M10 ${y} C 90 ${y}, 120 ${bend}, 200 ${bend} S 300 120, 330 120`;
  return (
    <svg viewBox="0 0 440 240" width="100%" role="presentation" aria-hidden="true" fill="none" strokeLinecap="round">
      {[24, 56, 88, 152, 184, 216].map((y, i) => (
        <g key={y} stroke={`var(--source-${["fuel", "process", "electricity", "heat", "deduction", "other"][i]})`}>
          <path d={line(y, 120 + (y - 120) * 0.45)} strokeWidth="2" opacity="0.85" />
          <circle cx="10" cy={y} r="4" fill="var(--surface)" strokeWidth="2" />
          {[60, 110, 160].map((x) => <circle key={x} cx={x} cy={y + ((120 + (y - 120) * 0.45 - y) * Math.max(0, x - 50)) / 150} r="1.8" fill="currentColor" stroke="none" style={{ color: "var(--ink-3)" }} />)}
        </g>
      ))}
      {[0, 1, 2].map((i) => (
        <g key={i} transform={`translate(${318 + i * 38} ${96 + i * 0})`} stroke="var(--primary)">
          <path d="M24 0 44 12v24L24 48 4 36V12z" fill={i === 0 ? "var(--primary-soft)" : "var(--surface)"} strokeWidth="2" strokeLinejoin="round" opacity={1 - i * 0.22} />
          {i === 0 ? <path d="m16 24 6 6 11-12" strokeWidth="2.6" strokeLinejoin="round" /> : null}
        </g>
      ))}
    </svg>
  );
}
