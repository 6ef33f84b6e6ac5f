/** A plant's model as it is set up: pure, so that what is sent can be tested without a page. */
import type { Guideline, StreamType } from "@/api/guidelines";
import type { Model, ModelStream } from "@/api/modelling";
import { unit as UNITS } from "@/lexicon.gen";

/** What a unit measures; units of one dimension add up. */
export const dimensionOf = (unit: string): string => (UNITS as Record<string, { dimension?: string }>)[unit]?.dimension ?? unit;

/** A model of a guideline without any stream: its usual factor sets, the plant's region where one is needed. */
export function blankModel(guideline: Guideline, region: string): Model {
  const sets = Object.fromEntries(Object.entries(guideline.factor_sets).map(([role, names]) => [role, names[0]!]));
  return withRegionOf(guideline, { guideline: guideline.id, region, factor_sets: sets, streams: [] });
}

/** The same model with a region that its grid set knows, or none for a national set. */
export function withRegionOf(guideline: Guideline, model: Model): Model {
  const regions = regionsOfModel(guideline, model);
  if (regions.length === 0) return { ...model, region: "" };
  return { ...model, region: regions.includes(model.region) ? model.region : regions[0]! };
}

export function regionsOfModel(guideline: Guideline, model: Model): string[] {
  const grid = model.factor_sets["grid"];
  return grid ? guideline.sets[grid]?.regions ?? [] : [];
}

export const typeOfStream = (guideline: Guideline, stream: ModelStream): StreamType | undefined =>
  guideline.streams.find((type) => type.kind === stream.kind && type.items.some((item) => item.id === stream.item));

/** A further stream of an item, under an id that nothing has yet. */
export function withStream(model: Model, type: StreamType, item: string): Model {
  const label = type.items.find((each) => each.id === item)!;
  const taken = new Set(model.streams.map((stream) => stream.slug));
  const base = item.replace(/[^a-z0-9_-]/g, "-").slice(0, 36);
  let slug = base, number = 2;
  while (taken.has(slug)) slug = `${base}-${number++}`;
  const stream: ModelStream = { slug, kind: type.kind, item, name_zh: label.zh, name_en: label.en, unit: type.quantity_units[0]!, variant: "", meters: {} };
  return { ...model, streams: [...model.streams, stream] };
}

export const withChanged = (model: Model, slug: string, change: Partial<ModelStream>): Model =>
  ({ ...model, streams: model.streams.map((stream) => (stream.slug === slug ? { ...stream, ...change } : stream)) });

export const withoutStream = (model: Model, slug: string): Model => ({ ...model, streams: model.streams.filter((stream) => stream.slug !== slug) });

/** Meters of a target with one put in or taken out; a target without meters is left out. */
export function withMeter(meters: Record<string, string[]>, target: string, slug: string, bound: boolean): Record<string, string[]> {
  const listed = (meters[target] ?? []).filter((each) => each !== slug);
  const { [target]: _, ...rest } = meters;
  const next = bound ? [...listed, slug] : listed;
  return next.length > 0 ? { ...rest, [target]: next } : rest;
}

/** What meters of a stream can feed: its quantity, or a field of its balance. */
export const targetsOf = (type: StreamType): string[] => [...(type.balance_only ? [] : ["quantity"]), ...type.balance.map((field) => `balance.${field}`)];
