/** The two pills of the top bar: is what I see live, and how high is the chain. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLinkState, useTopic } from "@/live";
import { Icon } from "@/ui/Icon";
import { StatusPill, type Tone } from "@/ui/StatusPill";
import type { LinkState } from "@/lib/socket";

const TONES: Record<LinkState, Tone> = {
  connecting: "neutral", live: "ok", resync: "warn", stale: "warn", offline: "danger", signed_out: "danger",
};

export function ConnPill() {
  const { t } = useTranslation();
  const { state, silence } = useLinkState();
  return (
    <span role="status">
      <StatusPill tone={TONES[state]}>{state === "stale" ? t("link.stale", { n: silence }) : t(`link.${state}`)}</StatusPill>
    </span>
  );
}

export interface ChainPicture {
  height: number | null;
  at: string | null;
}

function heightOf(data: unknown): ChainPicture {
  const found = (typeof data === "object" && data !== null ? data : {}) as Record<string, unknown>;
  const height = found["height"];
  const at = found["at"] ?? found["last_block_at"];
  return { height: typeof height === "number" ? height : typeof height === "string" ? Number(height) : null, at: typeof at === "string" ? at : null };
}

export function useChain(): ChainPicture {
  return useTopic("chain", { height: null, at: null } as ChainPicture, heightOf, (before, data) => {
    const next = heightOf(data);
    return next.height === null ? before : next;
  });
}

export function ChainPill() {
  const { t } = useTranslation();
  const { height } = useChain();
  return (
    <Link to="/chain" className="pill chain" aria-label={t("link.chain")}>
      <Icon name="link" size={13} />
      <span className="num">{height === null ? t("link.noBlock") : `#${height}`}</span>
    </Link>
  );
}
