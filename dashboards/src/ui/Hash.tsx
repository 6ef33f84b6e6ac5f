/** A digest or transaction id: first eight and last four characters, whole text on copy. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";

export function shortHash(value: string): string {
  return value.length > 14 ? `${value.slice(0, 8)}…${value.slice(-4)}` : value;
}

export function Hash({ value, children }: { value: string | null | undefined; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  if (!value) return <span className="muted">—</span>;
  const copy = async () => {
    await navigator.clipboard?.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <span className="hash" title={value}>
      {children ?? <span className="nowrap">{shortHash(value)}</span>}
      <button type="button" aria-label={t(copied ? "ui.copied" : "ui.copy")} onClick={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} size={13} />
      </button>
    </span>
  );
}
