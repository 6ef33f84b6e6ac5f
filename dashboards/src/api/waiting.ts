/** How many things wait for this person, beside the entries of her sidebar. */
import { useQuery } from "@tanstack/react-query";
import { get } from "@/lib/fetch";
import type { Action } from "./acts";
import type { Page } from "./lists";
import type { Me } from "./me";

async function waitingFor(kind: Me["kind"]): Promise<number> {
  const acts = (await get<Page<Action>>("actions/", { state: "proposed" })).results.filter((row) => row.may_confirm).length;
  if (kind !== "regulator") return acts;
  const [issues, cases] = await Promise.all([
    get<Page<unknown>>("issues/", { state: "proposed" }),
    get<Page<unknown>>("cases/", { state: "unopened" }),
  ]);
  return acts + issues.results.length + cases.results.length;
}

export function useWaiting(me: Me): Record<string, number> {
  const actions = useQuery({
    queryKey: ["waiting", me.kind],
    queryFn: () => waitingFor(me.kind),
    enabled: me.kind === "regulator" || me.kind === "administrator",
    refetchInterval: 30_000,
    retry: false,
  });
  return { actions: actions.data ?? 0 };
}
