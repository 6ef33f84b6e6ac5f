/** State as a word on a soft ground: the colour repeats what the word says. */
export type Tone = "ok" | "warn" | "danger" | "chain" | "primary" | "neutral" | "outline";

/** `says`: a sentence instead of a word, which may take more than one line. */
export function StatusPill({ tone = "neutral", dot = true, says = false, children, title }: {
  tone?: Tone;
  says?: boolean;
  dot?: boolean;
  children: React.ReactNode;
  title?: string;
}) {
  return (
    <span className={`pill ${tone}${says ? " says" : ""}`} title={title}>
      {dot ? <span className="dot" aria-hidden="true" /> : null}
      {children}
    </span>
  );
}
