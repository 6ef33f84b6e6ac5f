/** State as a word on a soft ground: the colour repeats what the word says. */
export type Tone = "ok" | "warn" | "danger" | "chain" | "primary" | "neutral" | "outline";

export function StatusPill({ tone = "neutral", dot = true, children, title }: {
  tone?: Tone;
  dot?: boolean;
  children: React.ReactNode;
  title?: string;
}) {
  return (
    <span className={`pill ${tone}`} title={title}>
      {dot ? <span className="dot" aria-hidden="true" /> : null}
      {children}
    </span>
  );
}
