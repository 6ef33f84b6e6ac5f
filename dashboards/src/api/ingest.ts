/** Plants, meters and what arrives from them. */
import { useQuery } from "@tanstack/react-query";
import { get } from "@/lib/fetch";
import type { components } from "./schema";
import type { Page } from "./lists";

export interface Plant {
  id: string;
  name_zh: string;
  name_en: string;
  sector: string;
  region: string;
}

export interface Meter {
  id: string;
  plant: string;
  slug: string;
  name_zh: string;
  name_en: string;
  medium: string;
  unit: string;
  quantity_unit: string;
  interval_s: number;
  stream: string;
  chain: string;
}

/** issued = stored + quarantined + refused + missing; null where a device gives no sequence. */
export interface Equation {
  issued: number | null;
  stored: number;
  quarantined: number;
  refused: number;
  missing: number | null;
}

export interface MeterToday extends Equation {
  id: string;
  slug: string;
  unit: string;
  quantity: string;
  last: { at: string; value: string; quality: string; signed: boolean } | null;
  age_s: number | null;
  silent: boolean;
  /** Readings that came again on that day; each counts once. */
  repeated: number;
  /** More than a gateway's resending explains. */
  repeated_much: boolean;
}

/** Whether the platform takes readings, or which part of it is away. */
export type Reception = "unknown" | "receiving" | "behind" | "worker" | "broker" | "store";

export interface Today extends Equation {
  reception: Reception;
  plant: string;
  day: string;
  chain_breaks: number;
  repeated: number;
  meters: MeterToday[];
}

export interface SeriesPoint {
  at: string;
  value: string | null;
}

export interface LiveMeter {
  meter: string;
  value: string;
  at: string;
  unit: string;
  quality: string;
  signed: boolean;
}

export interface Taking {
  reception: Reception;
  since: string | null;
}

/** Asked as long as a page shows it, also while nothing answers: that is when it matters. */
export const useReception = () => useQuery({ queryKey: ["reception"], queryFn: () => get<Taking>("reception/"), refetchInterval: 5_000, retry: false });

export type Storage = components["schemas"]["IngestStorage"];
/** Measured every ten minutes. */
export const useStorage = (plant: string) => useQuery({ queryKey: ["storage", plant], queryFn: () => get<Storage>(`plants/${plant}/storage/`), staleTime: 60_000 });

export const usePlants = () => useQuery({ queryKey: ["plants"], queryFn: () => get<Page<Plant>>("plants/"), staleTime: 60_000 });
export const useMeters = (plant: string | undefined) =>
  useQuery({ queryKey: ["meters", plant], queryFn: () => get<Page<Meter>>("meters/", { plant, limit: 200 }), enabled: plant !== undefined, staleTime: 30_000 });
export const useToday = (plant: string | undefined, day?: string) =>
  useQuery({ queryKey: ["today", plant, day ?? ""], queryFn: () => get<Today>(`plants/${plant}/today/`, { day }), enabled: plant !== undefined, refetchInterval: 10_000 });
