/** Plants, gateways and meters as they are set up: what is entered, the sign-in shown once, the first reading. */
import { useQuery } from "@tanstack/react-query";
import { ask, get, post } from "@/lib/fetch";
import type { Intent, SignedIntent } from "@/lib/intents";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Meter, Plant } from "./ingest";
import type { Accepted } from "./intents";
import type { Page } from "./lists";

export interface Gateway {
  id: string;
  name: string;
  algorithm: string;
  fingerprint: string;
  created_at: string;
  revoked_at: string | null;
}

/** Ready to copy, by tool. */
export interface Lines {
  mosquitto_pub: string;
  telegraf: string;
  node_red: string;
  agent: string;
}

export interface Credentials {
  broker: { host: string; port: number; tls: boolean };
  gateway: Gateway;
  username: string;
  password: string;
  topic: string;
  receipts: string;
  lines: Lines;
}

export interface MeterPlate extends Meter {
  least_count: string;
  digits: number;
  gateway: string;
  main: string | null;
  valid_from: string;
  installed_at: string | null;
  installation: number;
  calibration: string;
  calibrated_until: string | null;
  registered_tx: string;
}

export interface Held {
  id: number;
  topic: string;
  reason: string;
  what: { zh: string; en: string };
  meaning: { zh: string; en: string };
  action: { zh: string; en: string };
  case: string;
  payload: string;
  more: number;
  received_at: string;
}

export interface Arrival {
  broker: Credentials["broker"];
  state: "arrived" | "held" | "revoked" | "connected" | "refused" | "handshake" | "waiting";
  topic: string;
  lines: Lines;
  connected_at: string | null;
  refused_at: string | null;
  last: { at: string; value: string; quality: string; signed: boolean } | null;
  grade: "A" | "B" | "C" | null;
  calibrated: boolean;
  instead: Held[];
}

export interface NewMeter {
  plant: string;
  slug: string;
  name_zh: string;
  name_en: string;
  medium: string;
  unit: string;
  least_count: string;
  digits: number;
  interval_s: number;
  stream: string;
  gateway: string;
  valid_from: string;
  calibration: string;
  calibrated_until: string | null;
}

export const useGateways = () => useQuery({ queryKey: ["gateways"], queryFn: () => get<Page<Gateway>>("gateways/", { limit: 200 }) });
export const usePlate = (meter: string) => useQuery({ queryKey: ["meter", meter], queryFn: () => get<MeterPlate>(`meters/${meter}/`), refetchInterval: ({ state }) => (state.data?.chain === "pending" ? 1500 : false) });
export const usePlates = (plant: string) => useQuery({ queryKey: ["meters", plant, "plates"], queryFn: () => get<Page<MeterPlate>>("meters/", { plant, limit: 200 }) });
/** Asked again every two seconds until the first reading is there. */
export const useArrival = (meter: string) =>
  useQuery({ queryKey: ["arrival", meter], queryFn: () => get<Arrival>(`meters/${meter}/arrival/`), refetchInterval: ({ state }) => (state.data?.last ? 10_000 : 2_000) });

export const addPlant = (body: Omit<Plant, "id"> & { id: string }): Promise<Result<Plant, Problem>> => ask("POST", "plants/", { body });
export const addMeter = (body: NewMeter): Promise<Result<MeterPlate, Problem>> => ask("POST", "meters/", { body });
export const addGateway = (body: { id: string; name: string; algorithm?: string; spki?: string }): Promise<Result<Credentials, Problem>> => ask("POST", "gateways/", { body });
export const renewPassword = (gateway: string): Promise<Result<Credentials, Problem>> => ask("POST", `gateways/${gateway}/password/`);
export const revokeGateway = (gateway: string): Promise<Result<Gateway, Problem>> => ask("POST", `gateways/${gateway}/revocation/`);
export interface Calibration {
  id: string;
  certificate: string;
  serial: string;
  laboratory: string;
  calibrated_on: string;
  valid_until: string;
  required_percent: string | null;
  found_percent: string | null;
  withdrawn_at: string | null;
}

export interface Replacement {
  at: string;
  old_end: string;
  new_start: string;
  seal: string;
  note: string;
  gateway?: string;
}

export const useCalibrations = (plant: string, meter: string) =>
  useQuery({ queryKey: ["calibrations", plant, meter], queryFn: () => get<Page<Calibration>>("calibrations/", { plant, meter }) });
export const addCalibration = (body: Record<string, string | null>): Promise<Result<Calibration, Problem>> => ask("POST", "calibrations/", { body });
export const replaceMeter = (meter: string, body: Replacement): Promise<Result<MeterPlate, Problem>> => ask("POST", `meters/${meter}/replacement/`, { body });
export const placeMeter = (meter: string, body: { gateway?: string; main?: number | null }): Promise<Result<MeterPlate, Problem>> => ask("POST", `meters/${meter}/place/`, { body });

export const meterToSign = (meter: string) => get<Intent>(`meters/${meter}/signing/`);
export const registerMeter = (meter: string, signed: SignedIntent) => post<Accepted>(`meters/${meter}/registration/`, signed);

const ED25519 = /^302a300506032b6570032100[0-9a-f]{64}$/;
const P256 = /^3059301306072a8648ce3d020106082a8648ce3d030107034200[0-9a-f]{130}$/;

/** A device's public key as it was pasted (PEM, base64 as `tanheng agent keys` prints it, or hex): its algorithm and the hex of its DER; null for anything else. */
export function publicKeyOf(text: string): { algorithm: "ed25519" | "p256"; spki: string } | null {
  const block = /-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----/.exec(text);
  const bare = text.replace(/[\s",]/g, "").replace(/^spki:/, "");
  const spki = block ? hexOf(block[1]!) : /^[0-9a-fA-F]*$/.test(bare) ? bare.toLowerCase() : hexOf(bare);
  if (ED25519.test(spki)) return { algorithm: "ed25519", spki };
  return P256.test(spki) ? { algorithm: "p256", spki } : null;
}

function hexOf(base64: string): string {
  try {
    return Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  } catch {
    return "";
  }
}

/** What a gateway's own set-up reads from the QR code. */
export const credentialsText = (made: Credentials): string =>
  JSON.stringify({ host: made.broker.host, port: made.broker.port, tls: made.broker.tls, username: made.username, password: made.password });
