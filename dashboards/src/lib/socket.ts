/**
 * One WebSocket a tab, many topics. Each topic's frames count up by one within an epoch; a gap or a new epoch
 * keeps the last picture on screen and asks once for a snapshot. Silence of five seconds is shown as stale.
 */

export type LinkState = "connecting" | "live" | "resync" | "stale" | "offline" | "signed_out";

interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface Surroundings {
  open: () => Socket;
  now: () => number;
  after: (ms: number, run: () => void) => unknown;
  cancel: (timer: unknown) => void;
  random: () => number;
}

export interface Listener {
  snap: (data: unknown) => void;
  delta: (data: unknown) => void;
}

interface Topic {
  epoch: string | null;
  seq: number;
  waiting: boolean;
  askedAt: number;
  listeners: Set<Listener>;
}

interface Frame {
  t: string;
  topic?: string;
  epoch?: string;
  seq?: number;
  data?: unknown;
  code?: string;
  retry_ms?: number;
  seqs?: Record<string, number>;
}

export const STALE_MS = 5_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
const SIGNED_OUT = new Set([4401, 4403]);

function frameOf(text: unknown): Frame | null {
  if (typeof text !== "string") return null;
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== "object" || found === null || !("t" in found) || typeof found.t !== "string") return null;
    const frame = found as Frame;
    if ((frame.t === "snap" || frame.t === "delta") && (typeof frame.topic !== "string" || !Number.isInteger(frame.seq))) return null;
    return frame;
  } catch {
    return null;
  }
}

export class LiveSocket {
  private socket: Socket | null = null;
  private readonly topics = new Map<string, Topic>();
  private readonly watchers = new Set<() => void>();
  private attempts = 0;
  private heardAt = 0;
  private openNow = false;
  private timer: unknown = null;
  private retry: unknown = null;
  private closedFor: "nothing" | "signed_out" | "asked" = "nothing";
  private shown: LinkState = "offline";
  private readonly world: Surroundings;

  constructor(world: Surroundings) {
    this.world = world;
  }

  get state(): LinkState {
    return this.shown;
  }

  /** Milliseconds since anything was heard. */
  get silence(): number {
    return this.heardAt === 0 ? 0 : this.world.now() - this.heardAt;
  }

  watch = (run: () => void): (() => void) => {
    this.watchers.add(run);
    return () => this.watchers.delete(run);
  };

  /** Listens to a topic; gives back the way to stop. */
  subscribe(name: string, listener: Listener): () => void {
    let topic = this.topics.get(name);
    if (!topic) {
      topic = { epoch: null, seq: -1, waiting: true, askedAt: this.world.now(), listeners: new Set() };
      this.topics.set(name, topic);
      this.say({ t: "sub", topic: name });
    } else if (topic.epoch !== null) {
      // A second listener needs a whole picture; deltas alone would build on nothing.
      topic.waiting = true;
      topic.askedAt = this.world.now();
      this.say({ t: "resync", topic: name });
    }
    topic.listeners.add(listener);
    if (!this.socket && this.closedFor === "nothing" && !this.retry) this.connect();
    return () => this.drop(name, listener);
  }

  private drop(name: string, listener: Listener): void {
    const topic = this.topics.get(name);
    topic?.listeners.delete(listener);
    if (topic && topic.listeners.size === 0) {
      this.topics.delete(name);
      this.say({ t: "unsub", topic: name });
    }
  }

  /** Tries again at once: the browser is online again or the tab is looked at. */
  wake(): void {
    if (this.socket || this.closedFor !== "nothing" || this.topics.size === 0) return;
    this.attempts = 0;
    this.reconnectIn(0);
  }

  /** Ends the connection, for example at sign-out; `restart` allows a new one. */
  stop(): void {
    this.closedFor = "asked";
    this.world.cancel(this.timer);
    this.world.cancel(this.retry);
    this.retry = null;
    this.socket?.close();
    this.socket = null;
    this.openNow = false;
    this.show("offline");
  }

  restart(): void {
    if (this.closedFor === "nothing") return this.wake();
    this.closedFor = "nothing";
    this.attempts = 0;
    for (const topic of this.topics.values()) topic.epoch = null;
    if (this.topics.size > 0) this.reconnectIn(0);
  }

  private connect(): void {
    this.retry = null;
    if (this.socket) return;
    this.show("connecting");
    const socket = this.world.open();
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.openNow = true;
      this.attempts = 0;
      this.heard();
      for (const [name, topic] of this.topics) {
        // A resumed topic waits for nothing: what it missed comes as deltas, and a stranger's epoch is found out then.
        topic.waiting = topic.epoch === null;
        topic.askedAt = this.world.now();
        this.say(topic.epoch === null ? { t: "sub", topic: name } : { t: "sub", topic: name, since: topic.seq });
      }
    };
    socket.onmessage = (event) => {
      if (this.socket !== socket) return;
      const frame = frameOf(event.data);
      if (frame) this.take(frame);
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code);
    };
  }

  private closed(code: number): void {
    this.socket = null;
    this.openNow = false;
    this.world.cancel(this.timer);
    if (this.closedFor === "asked") return;
    if (SIGNED_OUT.has(code)) {
      this.closedFor = "signed_out";
      this.show("signed_out");
      return;
    }
    this.show("offline");
    const full = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.attempts);
    this.attempts += 1;
    this.reconnectIn(full * (0.5 + this.world.random() / 2));
  }

  private reconnectIn(ms: number): void {
    this.world.cancel(this.retry);
    this.retry = this.world.after(ms, () => this.connect());
  }

  private take(frame: Frame): void {
    this.heard();
    if (frame.t === "snap") this.takeSnap(frame);
    else if (frame.t === "delta") this.takeDelta(frame);
    else if (frame.t === "ping") this.takePing(frame.seqs ?? {});
    else if (frame.t === "bye") {
      this.attempts = 0;
      const socket = this.socket;
      this.socket = null;
      this.openNow = false;
      socket?.close();
      this.show("offline");
      this.reconnectIn(frame.retry_ms ?? FIRST_RETRY_MS);
      return;
    }
    this.settle();
  }

  private takeSnap(frame: Frame): void {
    const topic = this.topics.get(frame.topic!);
    if (!topic) return;
    topic.epoch = frame.epoch ?? "";
    topic.seq = frame.seq!;
    topic.waiting = false;
    for (const listener of topic.listeners) listener.snap(frame.data);
  }

  private takeDelta(frame: Frame): void {
    const topic = this.topics.get(frame.topic!);
    if (!topic) return;
    const sameEpoch = topic.epoch === (frame.epoch ?? "");
    if (sameEpoch && frame.seq! <= topic.seq) return;
    if (sameEpoch && frame.seq === topic.seq + 1) {
      topic.seq = frame.seq;
      topic.waiting = false;
      for (const listener of topic.listeners) listener.delta(frame.data);
      return;
    }
    this.askAgain(frame.topic!, topic);
  }

  private takePing(seqs: Record<string, number>): void {
    for (const [name, seq] of Object.entries(seqs)) {
      const topic = this.topics.get(name);
      if (!topic || topic.epoch === null) continue;
      if (seq > topic.seq) this.askAgain(name, topic);
      else topic.waiting = false;
    }
  }

  private askAgain(name: string, topic: Topic): void {
    // Asked once, and again only when the answer itself seems lost.
    if (topic.waiting && this.world.now() - topic.askedAt < STALE_MS) return;
    topic.waiting = true;
    topic.askedAt = this.world.now();
    this.say({ t: "resync", topic: name, since: topic.seq });
  }

  private heard(): void {
    this.heardAt = this.world.now();
    this.world.cancel(this.timer);
    this.timer = this.world.after(STALE_MS, () => this.wentQuiet());
  }

  private wentQuiet(): void {
    if (this.openNow) this.show("stale");
    this.timer = this.world.after(1000, () => this.wentQuiet());
  }

  private settle(): void {
    if (!this.openNow) return;
    const known = [...this.topics.values()];
    this.show(known.some((topic) => topic.waiting && topic.epoch !== null) ? "resync" : "live");
  }

  private show(state: LinkState): void {
    // A stale link counts its seconds on screen, so watchers hear every repetition of it.
    if (state === this.shown && state !== "stale") return;
    this.shown = state;
    for (const run of this.watchers) run();
  }

  private say(frame: Record<string, unknown>): void {
    if (this.openNow) this.socket?.send(JSON.stringify(frame));
  }
}

/** The real browser around a LiveSocket. */
export function browserSurroundings(path = "/ws/"): Surroundings {
  return {
    open: () => {
      const scheme = location.protocol === "https:" ? "wss:" : "ws:";
      return new WebSocket(`${scheme}//${location.host}${path}`) as unknown as Socket;
    },
    now: () => Date.now(),
    after: (ms, run) => setTimeout(run, ms),
    cancel: (timer) => clearTimeout(timer as number | undefined),
    random: () => Math.random(),
  };
}
