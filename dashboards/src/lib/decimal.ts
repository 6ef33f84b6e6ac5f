/**
 * Decimal text as people read it. Amounts stay text or whole smallest units (BigInt) from the API to the page:
 * a float would lose grams of a year's emissions.
 */
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const MINUS = "\u2212";
export const MISSING = "\u2014";

interface Parts {
  negative: boolean;
  whole: string;
  fraction: string;
}

function parse(text: string): Parts | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  return { negative: match[1] === "-", whole: match[2] ?? "0", fraction: match[3] ?? "" };
}

export function isDecimal(text: string): boolean {
  return parse(text) !== null;
}

/** The text rounded half up (away from zero) to `places` decimals, plain ASCII; null when it is no decimal. */
export function rounded(text: string, places: number): string | null {
  const parts = parse(text);
  if (!parts) return null;
  const kept = parts.fraction.slice(0, places).padEnd(places, "0");
  const up = (parts.fraction[places] ?? "0") >= "5" ? 1n : 0n;
  const digits = (BigInt(parts.whole + kept) + up).toString().padStart(places + 1, "0");
  const body = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
  return parts.negative && /[1-9]/.test(body) ? `-${body}` : body;
}

/** Thousands grouped, minus as U+2212, missing as a dash. `places` undefined keeps the decimals as they are. */
export function formatted(text: string | null | undefined, places?: number): string {
  if (text === null || text === undefined || text === "") return MISSING;
  const plain = places === undefined ? (parse(text) ? text.trim() : null) : rounded(text, places);
  if (plain === null) return text;
  const [whole = "0", fraction] = plain.replace("-", "").split(".");
  const grouped = whole.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",");
  return (plain.startsWith("-") ? MINUS : "") + grouped + (fraction ? `.${fraction}` : "");
}

/** Whole smallest units from decimal text: minor("70.50", 2) is 7050n. Null when finer than the unit or no decimal. */
export function minor(text: string, places: number): bigint | null {
  const parts = parse(text);
  if (!parts || /[1-9]/.test(parts.fraction.slice(places))) return null;
  const value = BigInt(parts.whole + parts.fraction.slice(0, places).padEnd(places, "0"));
  return parts.negative ? -value : value;
}

/** Decimal text of whole smallest units: major(7050n, 2) is "70.50". */
export function major(units: bigint | string, places: number): string {
  const value = BigInt(units);
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  const body = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits;
  return value < 0n ? `-${body}` : body;
}

/** Whether a decimal text is below another; false when either is none. */
export function isLess(a: string, b: string): boolean {
  const places = Math.max(a.split(".")[1]?.length ?? 0, b.split(".")[1]?.length ?? 0);
  const [left, right] = [minor(a, places), minor(b, places)];
  return left !== null && right !== null && left < right;
}

/** Difference a - b of two decimal texts, exact. */
export function minus(a: string, b: string): string | null {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return null;
  const places = Math.max(left.fraction.length, right.fraction.length);
  return major((minor(a, places) ?? 0n) - (minor(b, places) ?? 0n), places);
}

/** Sum of decimal texts, exact; texts that are no decimals are left out. */
export function total(texts: readonly string[]): string {
  const places = Math.max(0, ...texts.map((text) => parse(text)?.fraction.length ?? 0));
  return major(texts.reduce((sum, text) => sum + (minor(text, places) ?? 0n), 0n), places);
}

/** part / whole in percent with one decimal, half up, e.g. "28.2"; null when the whole is zero. */
export function percent(part: string, whole: string): string | null {
  const places = 9;
  const [a, b] = [minor(rounded(part, places) ?? "", places), minor(rounded(whole, places) ?? "", places)];
  if (a === null || b === null || b === 0n) return null;
  const negative = a < 0n !== b < 0n && a !== 0n;
  const [top, bottom] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const tenths = (top * 2000n + bottom) / (bottom * 2n);
  return (negative && tenths !== 0n ? "-" : "") + major(tenths, 1);
}

/** A number for drawing only (bars, lines). Never for a figure that is shown or sent. */
export function forDrawing(text: string | null | undefined): number {
  return text ? Number(text) : 0;
}
