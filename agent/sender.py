"""Sends what the spool holds, in order, until the platform says that it is durable there."""

import json
import logging
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lexicon.topics import BadTopic, Kind, Reply, parse_reply

from agent.clock import ClockCheck
from agent.spool import Spool, Waiting
from agent.uplink import Arrived, Session
from agent.words import Notice, todo

log = logging.getLogger(__name__)
# Batches of one meter out without receipt: enough to fill a long way; a meter that gets none holds up no
# other.
WINDOW = 16
# A lost connection is reason to send again at once; without one, a late receipt means a busy platform.
RESEND_S = 10.0
RESEND_S_MAX = 300.0
# A refusal is a person's work: one batch asks now and then whether that is done.
REFUSED_S = 30.0
# From then on a missing receipt is worth a word.
LATE_S = 60.0
# So many receipts in a row must ask for what is nowhere any more, before the numbers begin anew.
STRIKES = 5
# So many in a row must name less than was receipted, before the platform is taken to have lost it.
STRIKES_BACK = 3

Tell = Callable[..., None]


@dataclass(slots=True)
class Sent:
    """A batch on its way. first_ms: when it was sent first, by our clock."""

    waiting: Waiting
    info: Any
    first_s: float
    first_ms: int
    sent_s: float
    wait_s: float = RESEND_S


@dataclass(slots=True, kw_only=True)
class Sender:
    """The way up. tell(notice, subject, **facts): says something once until it changes."""

    spool: Spool
    session: Session
    clock: ClockCheck
    tell: Tell
    receipts: "queue.SimpleQueue[Arrived]"
    receipted: int = 0
    resent: int = 0
    receipt_s: float = 0.0
    _out: dict[str, dict[int, Sent]] = field(default_factory=dict)
    _events: dict[str, float] = field(default_factory=dict)
    _refused: dict[str, float] = field(default_factory=dict)
    _troubled: set[str] = field(default_factory=set)
    _strikes: dict[str, int] = field(default_factory=dict)
    _lower: dict[str, int] = field(default_factory=dict)
    _connections: int = 0

    def step(self, *, wait_s: float) -> None:
        """Takes receipts, waiting so long for the first; sends what is due. Raises SpoolFull."""
        self._take_receipts(wait_s)
        if not self.session.connected.is_set():
            return
        if self.session.connections != self._connections:
            self._connections = self.session.connections
            self._reconnected()
        self._look_at_denials()
        self._resend()
        for meter in self.spool.meters_waiting():
            self._fill(meter)
        self._send_events()

    def out(self) -> int:
        """Batches that were sent and have no receipt."""
        return sum(len(sent) for sent in self._out.values())

    def _fill(self, meter: str) -> None:
        """Publishes a meter's oldest batches as far as its window goes; one only, after a refusal."""
        out = self._out.setdefault(meter, {})
        until = self._refused.get(meter, 0.0)
        if until > time.monotonic():
            return
        window = 1 if until else WINDOW
        if len(out) < window:
            for waiting in self.spool.waiting(meter, window):
                if waiting.number not in out:
                    self._publish(waiting)

    def _publish(self, waiting: Waiting) -> None:
        payload = self.spool.payload(waiting.number)
        if payload is None:
            return
        now, now_ms = time.monotonic(), int(time.time() * 1000)
        info = self.session.publish(f"{waiting.meter}/{Kind.BATCH}", payload)
        self._out[waiting.meter][waiting.number] = Sent(waiting, info, now, now_ms, now)

    def _resend(self) -> None:
        now = time.monotonic()
        for sent in self._all_out():
            if now - sent.sent_s < sent.wait_s:
                continue
            payload = self.spool.payload(sent.waiting.number)
            if payload is None:
                del self._out[sent.waiting.meter][sent.waiting.number]
                continue
            sent.info = self.session.publish(f"{sent.waiting.meter}/{Kind.BATCH}", payload)
            sent.sent_s, sent.wait_s = now, min(2 * sent.wait_s, RESEND_S_MAX)
            self.resent += 1
            if now - sent.first_s >= LATE_S:
                late = {"meter": _name(sent.waiting.meter), "seconds": int(now - sent.first_s)}
                self._troubled.add(sent.waiting.meter)
                self.tell(Notice.RECEIPT_LATE, sent.waiting.meter, **late)

    def _reconnected(self) -> None:
        """A broker that was killed has forgotten what it acknowledged; what it did not, paho sends again.

        It may have forgotten its readers, too, until they come back: the next try is not far.
        """
        for sent in self._all_out():
            sent.wait_s = RESEND_S / 2
            if sent.info.is_published():
                sent.sent_s = float("-inf")
        self._events.clear()

    def _all_out(self) -> list[Sent]:
        return [sent for out in self._out.values() for sent in out.values()]

    def _look_at_denials(self) -> None:
        while self.session.denied:
            mid, error = self.session.denied.popitem()
            for sent in self._all_out():
                if sent.info.mid == mid:
                    meter = sent.waiting.meter
                    self._troubled.add(meter)
                    self.tell(Notice.PUBLISH_DENIED, meter, topic=f"{meter}/{Kind.BATCH}", error=error)

    def _send_events(self) -> None:
        now = time.monotonic()
        for _, meter, digest, payload in self.spool.events():
            if now - self._events.get(digest, float("-inf")) >= RESEND_S_MAX:
                self._events[digest] = now
                self.session.publish(f"{meter}/{Kind.EVENT}", payload)

    def _take_receipts(self, wait_s: float) -> None:
        for arrived in self._arrived(wait_s):
            self._receipt(arrived)

    def _arrived(self, wait_s: float) -> Iterator[Arrived]:
        try:
            yield self.receipts.get(timeout=wait_s) if wait_s else self.receipts.get_nowait()
            while True:
                yield self.receipts.get_nowait()
        except queue.Empty:
            return

    def _receipt(self, arrived: Arrived) -> None:
        try:
            path, reply = parse_reply(arrived.topic)
            told = json.loads(arrived.payload)
            boot, to, digest = int(told["boot"]), int(told["to"]), str(told.get("hash", ""))
            refused, at = str(told.get("refused", "")), int(told.get("at", 0))
        except (BadTopic, ValueError, KeyError, TypeError) as error:
            log.warning("a receipt on %s cannot be read: %s", arrived.topic, error)
            return
        if reply is not Reply.RECEIPT or self._is_event(digest):
            return
        self.receipt_s = time.time()
        if refused:
            self._not_accepted(path.prefix, digest, refused)
        elif boot == self.spool.boot:
            self._durable(path.prefix, to, at)

    def _is_event(self, digest: str) -> bool:
        if digest not in self._events:
            return False
        del self._events[digest]
        return self.spool.forget_event(digest)

    def _durable(self, meter: str, to: int, at: int) -> None:
        chain = self.spool.chain(meter)
        if to >= chain.sealed:
            self._begin_boot()
            facts = {"to": to, "seq": chain.sealed - 1, "boot": self.spool.boot}
            self.tell(Notice.SPOOL_WENT_BACK, meter, meter=_name(meter), **facts)
            return
        self._learn_time(meter, to, at)
        # A receipt that came late names less than a newer one; its instant tells it apart from a platform
        # that lost what it had.
        if at and at < chain.told_ms:
            return
        if at and to < chain.receipted:
            self._look_back(meter, to, at, chain.receipted)
            return
        self._lower.pop(meter, None)
        self.spool.receipt(meter, to, told_ms=at)
        self._refused.pop(meter, None)
        if meter in self._troubled:
            self._troubled.discard(meter)
            self.tell(Notice.RECEIPT_BACK, meter, meter=_name(meter))
        self.receipted += max(0, to - chain.receipted)
        out = self._out.get(meter, {})
        for number in [number for number, sent in out.items() if sent.waiting.seq1 <= to]:
            del out[number]
        self._look_for_gap(meter, to, chain.sealed)

    def _learn_time(self, meter: str, to: int, at: int) -> None:
        """The batch that ends there was sent before the receipt for it was written."""
        for sent in self._out.get(meter, {}).values():
            if at and sent.waiting.seq1 == to:
                came_ms = int(time.time() * 1000)
                self.clock.learn(sent_ms=sent.first_ms, platform_ms=at, came_ms=came_ms)

    def _look_back(self, meter: str, to: int, at: int, before: int) -> None:
        """One receipt that names less may come from a worker that has just begun; several in a row do not."""
        self._lower[meter] = self._lower.get(meter, 0) + 1
        if self._lower[meter] < STRIKES_BACK:
            return
        del self._lower[meter]
        again = self.spool.revive(meter, to, told_ms=at)
        self._out.pop(meter, None)
        self.tell(Notice.PLATFORM_WENT_BACK, meter, meter=_name(meter), to=to, before=before, again=again)

    def _look_for_gap(self, meter: str, to: int, sealed: int) -> None:
        """Where the platform lacks what is nowhere any more, no receipt of this boot could pass the gap."""
        first = self.spool.first_kept(meter)
        if (sealed if first is None else first) <= to + 1:
            self._strikes.pop(meter, None)
            return
        self._strikes[meter] = self._strikes.get(meter, 0) + 1
        if self._strikes[meter] >= STRIKES:
            self._begin_boot()

    def _begin_boot(self) -> None:
        self.spool.begin_boot()
        self._out.clear()
        self._strikes.clear()

    def _not_accepted(self, meter: str, digest: str, reason: str) -> None:
        out = self._out.pop(meter, {})
        self._troubled.add(meter)
        seq = min((sent.waiting.seq0 for sent in out.values()), default=0)
        self.tell(Notice.BATCH_REFUSED, meter, meter=_name(meter), seq=seq, reason=reason, **todo(reason))
        self._refused[meter] = time.monotonic() + REFUSED_S


def _name(meter: str) -> str:
    """A meter as people know it: plant/meter."""
    return "/".join(meter.split("/")[2:])
