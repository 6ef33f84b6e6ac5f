/** The input of a trial calculation as it is typed: pure, so that what is sent can be tested without a page. */
import type { ComputeInput, ComputeStream, DefaultRow, Guideline, StreamType } from "@/api/guidelines";

/** An input of a guideline without any stream: its first factor sets, and the first region where one is needed. */
export function blank(guideline: Guideline, period: string): ComputeInput {
  const sets = Object.fromEntries(Object.entries(guideline.factor_sets).map(([role, names]) => [role, names[0]!]));
  return withRegion(guideline, { guideline: guideline.id, factor_sets: sets, period, entity: "", streams: [] });
}

/** The same input with, of each line of factor sets, the one that is in force in the (first) month or at the year's end. */
export function inForce(guideline: Guideline, input: ComputeInput): ComputeInput {
  const first = Array.isArray(input.period) ? input.period[0] ?? "" : input.period;
  const last = first.length === 4 ? `${first}-12` : first;
  const origin = (name: string): string => { const found = guideline.successors.find((one) => one.set === name); return found ? origin(found.succeeds) : name; };
  const latest = (name: string): string => { const next = guideline.successors.find((one) => one.succeeds === name && one.since <= last); return next ? latest(next.set) : name; };
  return { ...input, factor_sets: Object.fromEntries(Object.entries(input.factor_sets).map(([role, name]) => [role, latest(origin(name))])) };
}

/** The same input with a region that its grid set knows, or without one for a national set. */
export function withRegion(guideline: Guideline, input: ComputeInput): ComputeInput {
  const regions = regionsOf(guideline, input);
  const { region, ...rest } = input;
  if (regions.length === 0) return rest;
  return { ...rest, region: region && regions.includes(region) ? region : regions[0]! };
}

export function regionsOf(guideline: Guideline, input: ComputeInput): string[] {
  const grid = input.factor_sets["grid"];
  return grid ? guideline.sets[grid]?.regions ?? [] : [];
}

/** `2026`, `2026-06`, or several months with commas: the last is a list, whose streams each name a month. */
export function periodsOf(text: string): string | string[] {
  const months = text.split(/[,，、\s]+/).filter(Boolean);
  return months.length > 1 ? months : months[0] ?? "";
}

export const typeOf = (guideline: Guideline, stream: ComputeStream): StreamType | undefined =>
  guideline.streams.find((type) => type.kind === stream.kind && type.items.some((item) => item.id === stream.item));

/** A further stream of an item, with nothing typed yet. */
export function added(input: ComputeInput, type: StreamType, item: string): ComputeInput {
  const taken = new Set(input.streams.map((stream) => stream.id));
  let number = input.streams.length + 1;
  while (taken.has(`s${number}`)) number += 1;
  const unit = type.quantity_units[0]!;
  const activity = type.balance_only ? { balance: { unit } } : { quantity: { value: "", unit } };
  const month = Array.isArray(input.period) ? { period: input.period[0]! } : {};
  return { ...input, streams: [...input.streams, { id: `s${number}`, kind: type.kind, item, ...month, ...activity, parameters: {} }] };
}

export function changed(input: ComputeInput, id: string, change: (stream: ComputeStream) => ComputeStream): ComputeInput {
  return { ...input, streams: input.streams.map((stream) => (stream.id === id ? change(stream) : stream)) };
}

export const removed = (input: ComputeInput, id: string): ComputeInput => ({ ...input, streams: input.streams.filter((stream) => stream.id !== id) });

/** What is sent: a value that nobody typed is left out, so the factor set's default stands for it. */
export function sent(input: ComputeInput): ComputeInput {
  return { ...input, streams: input.streams.map(sentStream) };
}

function sentStream(stream: ComputeStream): ComputeStream {
  const { quantity, balance, variant, parameters, ...rest } = stream;
  const typed = Object.entries(balance ?? {}).filter(([, value]) => value !== "");
  return {
    ...rest,
    ...(variant ? { variant } : {}),
    ...(quantity && quantity.value !== "" ? { quantity } : {}),
    ...(balance ? { balance: Object.fromEntries(typed) } : {}),
    parameters: Object.fromEntries(Object.entries(parameters).filter(([, value]) => value.from !== undefined || (value.value ?? "") !== "")),
  };
}

/** The default row that stands for a parameter nobody typed: by set, item, then region or variant. */
export function defaultOf(guideline: Guideline, input: ComputeInput, stream: ComputeStream, parameter: string): DefaultRow | undefined {
  const sets = new Set(Object.values(input.factor_sets));
  const rows = (typeOf(guideline, stream)?.defaults ?? []).filter((row) => sets.has(row.set) && row.item === stream.item && row.parameter === parameter);
  const regional = rows.filter((row) => (guideline.sets[row.set]?.regions.length ?? 0) > 0);
  if (regional.length > 0) return regional.find((row) => row.variant === input.region);
  return rows.find((row) => row.variant !== "" && row.variant === stream.variant) ?? rows.find((row) => row.variant === "");
}
