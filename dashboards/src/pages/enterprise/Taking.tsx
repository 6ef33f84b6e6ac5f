/** Said where the platform itself is the cause, so that nobody looks for a fault at the plant: what, since when, what then. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useReception } from "@/api/ingest";
import { problemFrom } from "@/lib/problem";
import { Notice } from "@/ui/states";
import { Instant } from "@/ui/time";

type Trouble = "worker" | "broker" | "store" | "behind" | "database" | "server";

/** What does not answer at all is known by its last answer; what answers tells itself. */
function useTrouble(): { trouble: Trouble | null; since: string | null } {
  const query = useReception();
  if (query.error) {
    const problem = problemFrom(query.error);
    const trouble = problem.refusal === "database_unavailable" ? "database" : problem.status === 0 || problem.status >= 502 ? "server" : null;
    return { trouble, since: query.dataUpdatedAt ? new Date(query.dataUpdatedAt).toISOString() : null };
  }
  const state = query.data?.reception ?? "unknown";
  return state === "receiving" || state === "unknown" ? { trouble: null, since: null } : { trouble: state, since: query.data?.since ?? null };
}

export function Taking() {
  const { t } = useTranslation();
  const { trouble, since } = useTrouble();
  const client = useQueryClient();
  const before = useRef<Trouble | null>(null);
  useEffect(() => {
    // When it is over the page asks again for all that it shows, also for what had failed.
    if (before.current && !trouble) void client.invalidateQueries();
    before.current = trouble;
  }, [client, trouble]);
  return (
    <div role="status" data-testid="taking" style={{ display: "contents" }}>
      {trouble ? (
        <Notice tone="warn" icon="alert">
          <strong>{t(`reception.${trouble}`)}</strong>
          {since ? <> {t("reception.since")} <Instant at={since} />{t("reception.stop")}</> : null} {t(`reception.${trouble}Then`)}
        </Notice>
      ) : null}
    </div>
  );
}
