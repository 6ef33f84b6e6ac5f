"""Another MQTT broker in the plant: its messages become readings, acknowledged when they are in the spool."""

import json
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256

from agent.intake import Intake
from agent.reading import Sample, number_of, value_text
from agent.settings import Bridged, MeterSettings, MqttSource
from agent.sources.instants import instant_ms
from agent.sources.port import Tell, Unreadable, keep
from agent.uplink import Arrived, Session
from agent.words import Notice

WAIT_S = 0.5
# Of one transaction.
TOGETHER = 500
PROBE_S = 5.0


class MqttReader:
    """One broker. A message that the broker may send again is known by its digest and taken once."""

    def __init__(
        self, source: MqttSource, meters: Mapping[str, MeterSettings], intake: Intake, tell: Tell
    ) -> None:
        self.name = source.name
        self.is_done = False
        self._source, self._intake, self._tell = source, intake, tell
        self._topics: dict[str, list[Bridged]] = {}
        for one in source.topics:
            self._topics.setdefault(one.topic, []).append(one)
        self._arrived: queue.SimpleQueue[Arrived] = queue.SimpleQueue()

    def run(self, stop: threading.Event) -> None:
        """Takes messages until stop is set."""
        session = self._session(self._source.client_id, persistent=True)
        session.start()
        while not stop.is_set():
            messages = self._next(WAIT_S)
            session.tend()
            self._tell_state(session)
            if messages and self._keep(messages, stop):
                session.acknowledge(messages)
        session.stop()

    def probe(self) -> Sequence[Sample]:
        """What comes within a few seconds, in a session of its own. Raises OSError, Unreadable."""
        session = self._session(f"{self._source.client_id}-check", persistent=False)
        session.start()
        end = time.monotonic() + PROBE_S
        samples: list[Sample] = []
        while time.monotonic() < end and not samples:
            session.tend()
            samples = [one for message in self._next(0.2) for one in self._samples(message)]
        connected, reason = session.connected.is_set(), session.refused or session.trouble
        session.stop()
        if not connected:
            raise ConnectionError(reason or "no answer")
        return samples

    def close(self) -> None:
        """Nothing: a session ends with what opened it."""

    def _session(self, client_id: str, *, persistent: bool) -> Session:
        return Session(
            self._source.broker,
            client_id=client_id,
            topics=list(self._topics),
            on_message=self._arrived.put,
            persistent=persistent,
        )

    def _next(self, wait_s: float) -> list[Arrived]:
        messages: list[Arrived] = []
        try:
            messages.append(self._arrived.get(timeout=wait_s))
            while len(messages) < TOGETHER:
                messages.append(self._arrived.get_nowait())
        except queue.Empty:
            pass
        return messages

    def _keep(self, messages: Sequence[Arrived], stop: threading.Event) -> bool:
        samples: list[Sample] = []
        once = []
        for message in messages:
            digest = self._digest(message)
            if message.repeated and self._intake.spool.was_taken(digest):
                continue
            once.append(digest)
            samples += self._readable(message)
        return keep(lambda: self._intake.take(samples, once=once), tell=self._tell, stop=stop)

    def _digest(self, message: Arrived) -> str:
        """What one message is known by: without an instant of its own, equal values are told apart by the
        number that the broker sends it under, which a repetition keeps."""
        timed = all(one.time for one in self._topics.get(message.topic, ()))
        number = "" if timed else f"{message.mid} "
        return sha256(f"{self.name} {message.topic} {number}".encode() + message.payload).hexdigest()

    def _readable(self, message: Arrived) -> list[Sample]:
        try:
            return self._samples(message)
        except Unreadable as error:
            content = message.payload[:500].decode(errors="replace")
            count = self._intake.spool.set_aside(self.name, message.topic, error.error, content)
            facts = {"place": message.topic, "error": error.error, "key": error.key, "count": count}
            self._tell(Notice.SOURCE_UNREADABLE, f"{self.name} {message.topic}", source=self.name, **facts)
            return []

    def _samples(self, message: Arrived) -> list[Sample]:
        # A retained value is of the past: with an instant of its own it is that reading, without it is none.
        wanted = (one for one in self._topics.get(message.topic, ()) if one.time or not message.retained)
        return [_sample(message, one) for one in wanted]

    def _tell_state(self, session: Session) -> None:
        if session.connected.is_set():
            self._tell(Notice.SOURCE_BACK, self.name, source=self.name)
        elif reason := session.refused or session.trouble:
            self._tell(Notice.SOURCE_AWAY, self.name, source=self.name, error=reason)


def _sample(message: Arrived, one: Bridged) -> Sample:
    """The reading of one message. Raises Unreadable."""
    content: object = message.payload.decode(errors="replace").strip()
    if one.value or one.time:
        try:
            # Numbers stay as they are written: no digit passes through binary floating point.
            content = json.loads(message.payload, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            raise Unreadable(message.topic, f"no JSON: {error}", key="topics.value") from None
    text = _at(content, one.value, message, "topics.value")
    ts_ms = int(time.time() * 1000)
    if one.time:
        try:
            ts_ms = instant_ms(_at(content, one.time, message, "topics.time"), one.form)
        except ValueError as error:
            raise Unreadable(message.topic, str(error), key="topics.time_format") from None
    number = number_of(text)
    value = value_text(text if number is None else number, scale=one.scale, least_count=None)
    return Sample(meter=one.meter, ts_ms=ts_ms, value=value, own_time=bool(one.time))


def _at(content: object, path: str, message: Arrived, key: str) -> str:
    for part in path.split(".") if path else ():
        if not isinstance(content, dict) or part not in content:
            raise Unreadable(message.topic, f"nothing at {path!r}", key=key)
        content = content[part]
    if not isinstance(content, str) or not content:
        raise Unreadable(message.topic, f"{type(content).__name__} at {path!r} is no value", key=key)
    return content
