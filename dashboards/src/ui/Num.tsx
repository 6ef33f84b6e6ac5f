/** Figures: decimal text in, grouped and right-aligned text out. */
import { useTranslation } from "react-i18next";
import { formatted, major, percent } from "@/lib/decimal";

interface NumProps {
  value: string | null | undefined;
  places?: number;
  unit?: string;
  sign?: boolean;
}

/** A decimal text with its unit; a missing value is a dash. */
export function Num({ value, places, unit, sign = false }: NumProps) {
  const text = formatted(value, places);
  const plus = sign && value && !value.startsWith("-") && /[1-9]/.test(value) ? "+" : "";
  return (
    <span className="num" title={value ?? undefined}>
      {plus}{text}
      {unit ? <span className="unit">{unit}</span> : null}
    </span>
  );
}

/** Whole smallest units of coin (0.01) as coin. */
export function Coin({ cents, unit = true }: { cents: string | null | undefined; unit?: boolean }) {
  const { t } = useTranslation();
  const value = cents === null || cents === undefined || !/^-?\d+$/.test(cents) ? null : major(cents, 2);
  return <Num value={value} places={2} unit={unit ? t("unit.coin") : undefined} />;
}

/** Whole tonnes of allowances. */
export function Tonnes({ value, unit = true }: { value: string | null | undefined; unit?: boolean }) {
  const { t } = useTranslation();
  return <Num value={value} places={0} unit={unit ? t("unit.tonne") : undefined} />;
}

/** Whole grams as tonnes of CO2. */
export function gramsAsTonnes(grams: string | null | undefined): string | null {
  return grams && /^-?\d+$/.test(grams) ? major(grams, 6) : null;
}

export function Share({ part, whole }: { part: string; whole: string }) {
  const share = percent(part, whole);
  return <span className="num">{share === null ? "—" : `${formatted(share, 1)}%`}</span>;
}
