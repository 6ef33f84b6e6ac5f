/** A line the height of a word: the way a figure has gone, without axis. */
export function Spark({ points, colour = "primary", width = 96, height = 26 }: { points: readonly number[]; colour?: string; width?: number; height?: number }) {
  if (points.length < 2) return <svg width={width} height={height} aria-hidden="true" />;
  const [low, high] = [Math.min(...points), Math.max(...points)];
  const span = high - low || 1;
  const at = (value: number, i: number) => `${((i / (points.length - 1)) * (width - 2) + 1).toFixed(1)},${(height - 3 - ((value - low) / span) * (height - 6)).toFixed(1)}`;
  return (
    <svg width={width} height={height} aria-hidden="true" fill="none">
      <polyline points={points.map(at).join(" ")} stroke={`var(--${colour})`} strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
