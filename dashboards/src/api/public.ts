/** Questions that need no account: the front page's figures and a report's digest against the ledger. */
import { ask, get } from "@/lib/fetch";
import type { Problem } from "@/lib/problem";
import type { Result } from "@/lib/result";

export interface PublicFigures {
  reports: number;
  verified_tco2: string;
  last_price_cents: string | null;
}

export interface VerifiedReport {
  kind: "report" | "verification";
  found: boolean;
  digest: string;
  state: string | null;
  enterprise: string | null;
  plant: string | null;
  period: string | null;
  version: number | null;
  guideline: string | null;
  total_tco2: string | null;
  block_number: number | null;
  tx_id: string | null;
  minted_at: string | null;
  endorsers: string[];
  signers: { name?: string; person: string; act: string }[];
  checks: { name: string; holds: boolean; detail: string }[];
}

export const publicFigures = () => get<PublicFigures>("public/");
/** `file`: the digest of the PDF or workbook around the data, so that the site can say whether it made these very pages. */
export const verifyDigest = (digest: string, file?: string): Promise<Result<VerifiedReport, Problem>> => ask("GET", "verify/", { query: file ? { digest, file } : { digest } });
