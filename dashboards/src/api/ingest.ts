/** Plants, meters and what arrives from them. */
import { useQuery } from "@tanstack/react-query";
import { get } from "@/lib/fetch";
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
  interval_s: number;
  stream: string;
  chain: string;
}

export interface Today {
  issued: number;
  stored: number;
  quarantined: number;
  refused: number;
  missing: number;
}

export interface SeriesPoint {
  at: string;
  value: string | null;
}

export interface LiveMeter {
  meter: string;
  value: string;
  at: string;
  quality?: string;
  rate_per_h?: string | null;
}

export const usePlants = () => useQuery({ queryKey: ["plants"], queryFn: () => get<Page<Plant>>("plants/"), staleTime: 60_000 });
export const useMeters = (plant: string | undefined) =>
  useQuery({ queryKey: ["meters", plant], queryFn: () => get<Page<Meter>>("meters/", { plant, limit: 200 }), enabled: plant !== undefined, staleTime: 30_000 });
export const useToday = (plant: string | undefined) =>
  useQuery({ queryKey: ["today", plant], queryFn: () => get<Today>(`plants/${plant}/today/`), enabled: plant !== undefined, refetchInterval: 10_000 });
