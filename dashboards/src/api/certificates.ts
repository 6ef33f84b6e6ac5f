/** Certificates with which gateways sign in at the broker; a key is in the answer that makes it and nowhere else. */
import { useQuery } from "@tanstack/react-query";
import { ask, get } from "@/lib/fetch";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";
import type { Credentials, Lines } from "./devices";

export interface Certificate {
  serial: string;
  issued_at: string;
  expires_at: string;
  revoked_at: string | null;
  state: "active" | "expired" | "revoked";
}

export interface Certificates {
  broker: Credentials["broker"] | null;
  authority: string;
  results: Certificate[];
}

export interface Issued {
  broker: Credentials["broker"];
  username: string;
  stem: string;
  row: Certificate;
  certificate: string;
  key: string;
  authority: string;
  lines: Lines;
}

export const certificatesKey = (gateway: string) => ["gateways", gateway, "certificates"];
export const useCertificates = (gateway: string) => useQuery({ queryKey: certificatesKey(gateway), queryFn: () => get<Certificates>(`gateways/${gateway}/certificates/`) });
export const issueCertificate = (gateway: string, replace: boolean): Promise<Result<Issued, Problem>> => ask("POST", `gateways/${gateway}/certificates/`, { body: { replace } });
export const revokeCertificate = (gateway: string, serial: string): Promise<Result<Certificates, Problem>> => ask("POST", `gateways/${gateway}/certificates/${serial}/revocation/`);

/** What a gateway's own set-up reads from the QR code; the authority is too long for it and lies beside it as a file. */
export const certificateText = (made: Issued): string =>
  JSON.stringify({ host: made.broker.host, port: made.broker.port, username: made.username, certificate: made.certificate, key: made.key });

export const AUTHORITY_FILE = "tanheng-authority.pem";
export const pemUrl = (pem: string): string => `data:application/x-pem-file,${encodeURIComponent(pem)}`;
