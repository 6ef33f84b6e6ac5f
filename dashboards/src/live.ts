/** The tab's one live connection and the hooks that read topics from it, at most four pictures a second. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { browserSurroundings, LiveSocket, type LinkState } from "@/lib/socket";

export const live = new LiveSocket(browserSurroundings());
const GAP_MS = 250;
// A tab nobody looks at stops listening, so that the server does not feed the dark.
const HIDDEN_MS = 5 * 60_000;

export function startLive(): void {
  let hidden: ReturnType<typeof setTimeout> | undefined;
  let asleep = false;
  addEventListener("online", () => live.wake());
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.visibilityState === "hidden") {
      hidden = setTimeout(() => {
        asleep = true;
        live.stop();
      }, HIDDEN_MS);
    } else if (asleep) {
      asleep = false;
      live.restart();
    } else live.wake();
  });
}

export function useLinkState(): { state: LinkState; silence: number } {
  const read = useCallback(() => `${live.state}|${live.state === "stale" ? Math.round(live.silence / 1000) : 0}`, []);
  const [state, silence] = useSyncExternalStore(live.watch, read).split("|");
  return { state: state as LinkState, silence: Number(silence) };
}

/**
 * A topic's picture: `snap` makes it from the snapshot, `delta` takes one message into it. Messages come as fast as
 * they like; the page is drawn at most every 250 ms.
 */
export function useTopic<S>(topic: string | null, start: S, snap: (data: unknown) => S, delta: (state: S, data: unknown) => S): S {
  const [shown, setShown] = useState(start);
  const work = useRef({ snap, delta });
  work.current = { snap, delta };
  useEffect(() => {
    if (!topic) return undefined;
    let state = start;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const draw = () => {
      timer ??= setTimeout(() => {
        timer = null;
        setShown(state);
      }, GAP_MS);
    };
    const stop = live.subscribe(topic, {
      snap: (data) => {
        state = work.current.snap(data);
        draw();
      },
      delta: (data) => {
        state = work.current.delta(state, data);
        draw();
      },
    });
    return () => {
      stop();
      if (timer) clearTimeout(timer);
    };
    // `start` is the empty picture of this topic; a new object each render must not re-subscribe.
  }, [topic]);
  return shown;
}

/** Runs something for every message of a topic, snapshot included; for invalidating queries. */
export function useTopicEvents(topic: string | null, run: (data: unknown) => void): void {
  const work = useRef(run);
  work.current = run;
  useEffect(() => {
    if (!topic) return undefined;
    return live.subscribe(topic, { snap: () => undefined, delta: (data) => work.current(data) });
  }, [topic]);
}
