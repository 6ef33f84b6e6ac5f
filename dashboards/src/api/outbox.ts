/** Intents that should have been on the ledger by now. */
import { get, post } from "@/lib/fetch";
import type { Accepted } from "./intents";
import type { Bilingual } from "@/lib/problem";

export interface StuckRow {
  id: string;
  name: string;
  subject: string;
  account: string;
  organisation: string;
  person: string;
  state: string;
  since: string;
  attempts: number;
  next_at: string | null;
  not_after: string | null;
  tx_id: string;
  trouble: string;
  why: Bilingual;
  remedy: "wait" | "retry" | "start_relay" | "start_follower" | "sign_again";
  action: Bilingual;
  nodes: string;
}

export const stuckIntents = async () => (await get<{ results: StuckRow[] }>("intents/stuck/")).results;
export const retryIntent = (id: string) => post<Accepted>(`intents/${id}/retry/`);

const PAGES: Record<string, string> = {
  submit_statement: "/accounting", withdraw_submission: "/accounting", supersede: "/accounting", open_sample: "/accounting",
  list: "/market", unlist: "/market", take: "/market", split_coin: "/assets", merge_coin: "/assets",
  surrender: "/assets", confirm_surrender: "/assets", withdraw_surrender: "/assets",
  commit_sampling_plan: "/queue", record_step: "/queue", raise_finding: "/queue", close_finding: "/queue", return_statement: "/queue", approve_and_mint: "/queue",
  propose_issue: "/issuance", register: "/registrations", propose_action: "/actions", confirm_action: "/actions",
  endorse_issue: "/actions", open_case: "/actions", bind_key: "/settings", unbind_key: "/settings", register_meter: "/live",
};

/** Where an act is signed again; without a page of its own it is looked for on the page of what waits. */
export const pageOf = (name: string): string => PAGES[name] ?? "/start";
