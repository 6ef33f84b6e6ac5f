/** Intents on their way to the ledger. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "@/lib/fetch";
import type { Bilingual } from "@/lib/problem";
import { useTopicEvents } from "@/live";
import { useMe } from "./me";

export interface IntentState {
  id: string;
  name: string;
  subject: string;
  person: string;
  intent_text: string;
  state: "waiting" | "sent" | "committed" | "refused" | "expired";
  tx_id: string;
  block_number: number | null;
  refusal: string;
  words: { what: Bilingual; meaning: Bilingual; action: Bilingual } | null;
  created_at: string | null;
  committed_at: string | null;
}

export interface Accepted {
  intent_id: string;
  state: string;
}

const FINAL = new Set(["committed", "refused", "expired"]);
export const isFinal = (state: string | undefined): boolean => state !== undefined && FINAL.has(state);

/** Follows one intent until the ledger has answered: by the account's live topic, and by asking in between. */
export function useIntent(id: string | null, onFinal?: (state: IntentState) => void) {
  const me = useMe();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ["intent", id],
    queryFn: () => get<IntentState>(`intents/${id}/`),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state }) => (isFinal(state.data?.state) ? false : 700),
  });
  useTopicEvents(me.data && id ? `account.${me.data.account}` : null, () => {
    void client.invalidateQueries({ queryKey: ["intent", id] });
  });
  const final = isFinal(query.data?.state) ? query.data : undefined;
  useEffect(() => {
    if (final) onFinal?.(final);
    // Only the change to a final state counts, not a new callback.
  }, [final?.id]);
  return query;
}
