/** A regulator sets an obligation: the total of a minted year, opened here and held against the ledger's root. */
import { get, post } from "@/lib/fetch";
import { canonical, fromBase64Url, fromHex } from "@/lib/canonical";
import type { Intent, SignedIntent } from "@/lib/intents";
import { pointOf, type StoredPerson } from "@/lib/keys";
import { leafHash, nodeHash } from "@/lib/merkle";
import { open } from "@/lib/seal";
import type { Accepted } from "./intents";
import type { Action } from "./acts";

export interface DueReport {
  account: string;
  organisation: string;
  plant: string;
  period: string;
  version: number;
  statement_digest: string;
  minted_at: string | null;
  action: string;
  proposed_by: string;
  may_confirm: boolean;
}

/** An obligation that was set; late: still open after its last day. */
export interface SetObligationRow {
  account: string;
  organisation: string;
  year: number;
  due_t: string;
  surrendered_t: string;
  offset_t: string;
  state: string;
  surrender_by: string;
  late: boolean;
  tx_id: string;
  at: string;
}

interface Opening {
  salt: string;
  value: string;
  index: number;
  path: string[];
}

export interface ObligationDraft {
  name: string;
  args: { action: string; act: string; act_args: { account: string; year: number; plant_or_entity: string; version: number; opening: Opening } };
  figures_root: string;
  figures_count: number;
  context: string;
  boxes: { fingerprint: string; box: string }[];
}

/** root: the opened total leads to what the ledger has. box: yes, no, or that no box here is for this device's key. */
export interface Check {
  value: string;
  root: boolean;
  box: "same" | "other" | "none";
}

export const dueReports = () => get<{ results: DueReport[] }>("obligations/due/");
export const obligationDraft = ({ account, plant, period, version }: DueReport) => get<ObligationDraft>("obligations/drafts/", { account, plant, period, version });
export const proposeObligation = (signed: SignedIntent) => post<Accepted>("obligations/proposals/", signed);
export const actionOf = (id: string) => get<Action>(`actions/${id}/`);
export const intentOf = (draft: ObligationDraft): Intent => ({ name: draft.name, args: draft.args as unknown as Intent["args"] });

/** Walks from the total to the root: the first leaf is a left child on every level. */
async function leadsToRoot(opening: Opening, root: string, count: number): Promise<boolean> {
  const figure = canonical({ name: "total", value: opening.value });
  const levels = Math.ceil(Math.log2(Math.max(count, 1)));
  if (!figure.ok || opening.index !== 0 || opening.path.length !== levels) return false;
  let node = await leafHash(fromHex(opening.salt), figure.value);
  for (const sibling of opening.path) node = await nodeHash(node, fromHex(sibling));
  return Array.from(node, (byte) => byte.toString(16).padStart(2, "0")).join("") === root;
}

/** Opens the box that the enterprise sealed to this regulator when it submitted. */
async function boxSays(draft: ObligationDraft, device: StoredPerson | null, opening: Opening): Promise<Check["box"]> {
  const key = device?.decrypt;
  const box = draft.boxes.find((each) => each.fingerprint === key?.fingerprint);
  if (!key || !box) return "none";
  const text = await open(key.key, pointOf(key.spki), fromBase64Url(box.box), draft.context);
  if (!text.ok) return "other";
  const said = JSON.parse(text.value) as { salt?: unknown; value?: unknown };
  return said.salt === opening.salt && said.value === opening.value ? "same" : "other";
}

export async function checkOpening(draft: ObligationDraft, opening: Opening, device: StoredPerson | null): Promise<Check> {
  const [root, box] = await Promise.all([leadsToRoot(opening, draft.figures_root, draft.figures_count), boxSays(draft, device, opening)]);
  return { value: opening.value, root, box };
}

/** The opening that a proposal on the ledger carries; null where it has another shape. */
export function openingIn(action: Action): Opening | null {
  const found = action.act_args["opening"] as Partial<Opening> | undefined;
  if (!found || typeof found.salt !== "string" || typeof found.value !== "string" || !Array.isArray(found.path)) return null;
  return { salt: found.salt, value: found.value, index: Number(found.index ?? 0), path: found.path };
}
