import { useId } from "react";

/** A card with a heading; `flush` lets a table run to its edges. */
export function Card({ title, note, aside, flush = false, className = "", children }: {
  title?: React.ReactNode;
  note?: React.ReactNode;
  aside?: React.ReactNode;
  flush?: boolean;
  className?: string;
  children: React.ReactNode;
}) {
  const id = useId();
  return (
    <section className={`card ${flush ? "flush" : ""} ${className}`} aria-labelledby={title ? id : undefined}>
      {title ? (
        <div className="card-head">
          <h2 id={id}>{title}</h2>
          {note ? <span className="muted small">{note}</span> : null}
          {aside ? <div className="aside row">{aside}</div> : null}
        </div>
      ) : null}
      {children}
    </section>
  );
}

/** The head of a page: its one h1, which takes the focus when the route changes. */
export function PageHead({ title, sub, children }: { title: React.ReactNode; sub?: React.ReactNode; children?: React.ReactNode }) {
  return (
    <header className="page-head">
      <div className="grow">
        <h1 tabIndex={-1}>{title}</h1>
        {sub ? <div className="sub row tight">{sub}</div> : null}
      </div>
      {children ? <div className="actions">{children}</div> : null}
    </header>
  );
}

export function Facts({ children }: { children: React.ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
