/** What is watched: the plant's day hour by hour, gaps, alarms, adjustments of closed months. */
import { useQuery } from "@tanstack/react-query";
import { ask, get } from "@/lib/fetch";
import type { Bilingual, Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Page } from "./lists";

export interface MeterName {
  id: string;
  slug: string;
  name_zh: string;
  name_en: string;
}

/** What one press released; some of those that something else speaks against, with what it is. */
export interface ReleasedTogether {
  released: number;
  left: number;
  not_released: number;
  refused: { case: string; meter: string; what: Bilingual }[];
}

export interface DayHour {
  quantity: string;
  complete: number;
  expected: number;
  estimated: boolean;
  ambiguous: boolean;
  version: number;
}

export interface DayMeter extends MeterName {
  unit: string;
  main: string | null;
  hours: (DayHour | null)[];
}

export interface Balance {
  meter: string;
  below: string[];
  unit: string;
  main: string;
  sum: string;
  difference: string;
  percent: string | null;
  within: boolean;
}

export interface PlantDay {
  plant: string;
  day: string;
  begins: string;
  waiting: number;
  meters: DayMeter[];
  balances: Balance[];
}

export interface Gap {
  id: number;
  plant: string;
  meter: MeterName;
  from: string;
  to: string;
  found_from: string;
  found_to: string;
  expected: number;
  owner: string;
  owner_name: string;
  due_on: string;
  closed_at: string | null;
  how: string;
  person_name: string;
  note: string;
}

export type AlarmKind = "silent" | "gateway" | "network" | "stuck" | "jump" | "clock" | "flood" | "broker";

export interface Alarm {
  id: number;
  plant: string;
  gateway: string;
  meter: MeterName | null;
  kind: AlarmKind;
  since: string;
  raised_at: string;
  ended_at: string | null;
  facts: Record<string, string>;
  handled_at: string | null;
  person_name: string;
  note: string;
}

export interface Adjustment {
  id: number;
  meter: MeterName;
  month: string;
  unit: string;
  before: string;
  after: string;
  change: string;
  version: number;
  closed_at: string;
  found_at: string;
}

export interface Consumption {
  by: "hour" | "day" | "month";
  unit: string;
  points: { at: string; quantity: string; estimated: boolean; ambiguous: boolean }[];
}

export const usePlantDay = (plant: string, day: string) =>
  useQuery({ queryKey: ["plant-day", plant, day], queryFn: () => get<PlantDay>(`plants/${plant}/hours/`, { day }), refetchInterval: 15_000 });
export const useGaps = (plant: string, day: string) =>
  useQuery({ queryKey: ["gaps", plant, day], queryFn: () => get<Page<Gap>>("gaps/", { plant, day, limit: 200 }), refetchInterval: 15_000 });
export const useOpenGaps = () => useQuery({ queryKey: ["gaps", "open"], queryFn: () => get<Page<Gap>>("gaps/", { open: "true", limit: 200 }), refetchInterval: 15_000 });
export const useOpenAlarms = (plant: string) =>
  useQuery({ queryKey: ["alarms", plant], queryFn: () => get<Page<Alarm>>("alarms/", { plant, open: "true", limit: 200 }), refetchInterval: 10_000 });
export const useAdjustments = (plant: string) =>
  useQuery({ queryKey: ["adjustments", plant], queryFn: () => get<Page<Adjustment>>("adjustments/", { plant, limit: 50 }), refetchInterval: 60_000 });

export interface Colleague {
  person: string;
  name: string;
}

export const useColleagues = (gap: number) => useQuery({ queryKey: ["gaps", gap, "colleagues"], queryFn: () => get<Colleague[]>(`gaps/${gap}/assignment/`) });
export const giveGap = (gap: number, owner: string, due_on: string): Promise<Result<Gap, Problem>> => ask("POST", `gaps/${gap}/assignment/`, { body: { owner, due_on } });
export const takeGap = (gap: number, due_on: string): Promise<Result<Gap, Problem>> => ask("POST", `gaps/${gap}/assignment/`, { body: { due_on } });
export const closeGap = (gap: number, note: string): Promise<Result<Gap, Problem>> => ask("POST", `gaps/${gap}/closure/`, { body: { note } });
export const releaseHeld = (entry: number): Promise<Result<unknown, Problem>> => ask("POST", `quarantine/${entry}/release/`);
export const releaseDue = (plant: string): Promise<Result<ReleasedTogether, Problem>> => ask("POST", "quarantine/releases/", { body: { plant } });
export const handleAlarm = (alarm: number, note: string): Promise<Result<Alarm, Problem>> => ask("POST", `alarms/${alarm}/handling/`, { body: { note } });
