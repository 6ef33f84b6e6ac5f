/** The ledger's parameters as a person reads and types them; the ledger has whole numbers and lists. */
import { formatted, major, minor } from "@/lib/decimal";

type Value = string | number | null | readonly unknown[];

export interface FieldKind {
  /** As it is typed. */
  text: (value: Value) => string;
  /** The ledger's value; undefined where the text is none. */
  value: (text: string) => Value | undefined;
  long?: boolean;
}

const WHOLE = /^(0|[1-9]\d{0,11})$/;
const lines = (text: string) => text.split(/[\n,，]/).map((each) => each.trim()).filter(Boolean);
/** Every line read, or undefined when one cannot be. */
function every<T>(text: string, read: (line: string) => T | undefined): T[] | undefined {
  const found = lines(text).map(read);
  return found.every((each) => each !== undefined) ? (found as T[]) : undefined;
}

const amount: FieldKind = { text: (value) => String(value ?? ""), value: (text) => (WHOLE.test(text) && text !== "0" ? text : undefined) };
const total: FieldKind = { text: (value) => String(value ?? ""), value: (text) => (WHOLE.test(text) ? text : undefined) };
const optional = (kind: FieldKind): FieldKind => ({ ...kind, value: (text) => (text === "" ? null : kind.value(text)) });
const count: FieldKind = { text: (value) => String(value ?? ""), value: (text) => (WHOLE.test(text) ? Number(text) : undefined) };
/** A band: hundredths of a percent. */
const percent: FieldKind = {
  text: (value) => major(String(value ?? 0), 2),
  value: (text) => { const units = minor(text, 2); return units !== null && units > 0n ? Number(units) : undefined; },
};
const days: FieldKind = {
  text: (value) => (Array.isArray(value) ? value.map((day) => Number(day) + 1).join(", ") : ""),
  value: (text) => every(text, (line) => (/^[1-7]$/.test(line) ? Number(line) - 1 : undefined)),
};
const dates: FieldKind = {
  text: (value) => (Array.isArray(value) ? value.join(", ") : ""),
  value: (text) => every(text, (line) => (/^20\d\d-\d\d-\d\d$/.test(line) ? line : undefined)),
  long: true,
};
const prices: FieldKind = {
  text: (value) => (Array.isArray(value) ? (value as { instrument: string; price_cents: string }[]).map((row) => `${row.instrument} ${major(row.price_cents, 2)}`).join("\n") : ""),
  value: (text) => every(text, (line) => {
    const [instrument = "", price = ""] = line.split(/\s+/);
    const cents = minor(price, 2);
    return /^(CEA|CCER)-20\d\d$/.test(instrument) && cents !== null && cents > 0n ? { instrument, price_cents: cents.toString() } : undefined;
  }),
  long: true,
};
const positions: FieldKind = {
  text: (value) => (Array.isArray(value) ? (value as { account: string; limit_t: string }[]).map((row) => `${row.account} ${row.limit_t}`).join("\n") : ""),
  value: (text) => every(text, (line) => {
    const [account = "", limit_t = ""] = line.split(/\s+/);
    return /^[a-z0-9][a-z0-9_-]{1,39}$/.test(account) && WHOLE.test(limit_t) ? { account, limit_t } : undefined;
  }),
  long: true,
};
const steps: FieldKind = {
  text: (value) => (Array.isArray(value) ? value.join(", ") : ""),
  value: (text) => { const found = lines(text); return found.length > 0 && found.every((each) => /^[a-z_]+$/.test(each)) ? found : undefined; },
  long: true,
};

export const FIELDS = {
  market: {
    band: percent, block_band: percent, tick_cents: amount, lot_t: amount, order_max_t: amount, block_min_t: optional(amount), untrusted_block_t: optional(total), trust_delay_hours: count,
    position_max_t: optional(total), positions, weekdays: days, closed_days: dates, references: prices,
  },
  verification: { month: steps, year: steps, sample_deadline_hours: count, confirm_deadline_hours: count, tenure_years_max: count },
  compliance: { offset_percent_max: count, offset_vintage_min: optional(count) },
} as const satisfies Record<string, Record<string, FieldKind>>;

export type Group = keyof typeof FIELDS;
export const GROUPS = Object.keys(FIELDS) as Group[];
export const fieldsOf = (group: Group): [string, FieldKind][] => Object.entries(FIELDS[group]);

export interface Change {
  field: string;
  before: string;
  after: string;
}

/** What differs between two sets of values of a group, as a person reads it; a field of no known kind as JSON. */
export function changesOf(group: string, before: Record<string, unknown>, after: Record<string, unknown>): Change[] {
  const kinds: Record<string, FieldKind> = group in FIELDS ? FIELDS[group as Group] : {};
  const told = (field: string, value: unknown) => (value === undefined || value === null ? "" : kinds[field] ? kinds[field].text(value as Value) : typeof value === "string" ? value : JSON.stringify(value));
  const fields = [...new Set([...Object.keys(kinds), ...Object.keys(before), ...Object.keys(after)])];
  return fields.map((field) => ({ field, before: told(field, before[field]), after: told(field, after[field]) })).filter((change) => change.before !== change.after);
}

/** The allowed prices around a reference, in 0.01 coin: rounded inwards to the tick, as on the ledger. */
export function rangeOf(price_cents: string, band: number, tick_cents: string): { low: string; high: string } {
  const [price, tick] = [BigInt(price_cents), BigInt(tick_cents)];
  const width = BigInt(band) * price;
  const up = (price * 10_000n - width + 10_000n * tick - 1n) / (10_000n * tick);
  const down = (price * 10_000n + width) / (10_000n * tick);
  return { low: formatted(major(up * tick, 2), 2), high: formatted(major(down * tick, 2), 2) };
}

/** 10,000 t and half as much again as was sold above what was bought: allocation plan 2023-2024, annex 5. */
export function carryLimit(sold: bigint, bought: bigint): bigint {
  return 10_000n + (sold > bought ? (3n * (sold - bought)) / 2n : 0n);
}
