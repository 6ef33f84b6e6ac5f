/** How many things wait for this person, beside the entries of her sidebar. */
import { useQuery } from "@tanstack/react-query";
import { get } from "@/lib/fetch";
import type { Me } from "./me";

interface Page {
  results: unknown[];
}

export function useWaiting(me: Me): Record<string, number> {
  const actions = useQuery({
    queryKey: ["actions", "waiting"],
    queryFn: () => get<Page>("actions/"),
    enabled: me.kind === "regulator" || me.kind === "administrator",
    refetchInterval: 30_000,
    retry: false,
  });
  return { actions: actions.data?.results.length ?? 0 };
}
