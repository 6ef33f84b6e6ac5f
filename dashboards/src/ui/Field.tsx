import { useId } from "react";

interface FieldProps {
  label: string;
  hint?: React.ReactNode;
  fault?: string | null;
  children: (ids: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => React.ReactNode;
}

/** A labelled input with its hint and its fault, tied together for screen readers. */
export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}h` : "", fault ? `${id}f` : ""].filter(Boolean).join(" ") || undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": described, "aria-invalid": Boolean(fault) })}
      {hint ? <span className="hint" id={`${id}h`}>{hint}</span> : null}
      {fault ? <span className="fault" id={`${id}f`} role="alert">{fault}</span> : null}
    </div>
  );
}
