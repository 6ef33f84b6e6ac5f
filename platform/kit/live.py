"""Live topics: `publish` gives each frame a sequence, keeps it in a ring and tells the hub at commit.

Owns topics, sequence and ring. Who may see a topic, and its snapshot, are registered by the application that
owns it. Frames are absolute states, so seeing one twice does no harm.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

CHANNEL = "live"
RING = 1000
# The frame limit of a client; a larger one is a fault of the publisher.
FRAME_BYTES_MAX = 64 * 1024

_PUBLISH = """
with head as (
  insert into kit_livetopic (topic, epoch, seq) values (%(topic)s, gen_random_uuid(), 1)
  on conflict (topic) do update set seq = kit_livetopic.seq + 1
  returning topic, epoch, seq
), kept as (
  insert into kit_liveframe (topic, epoch, seq, data, created_at)
  select topic, epoch, seq, %(data)s::jsonb, now() from head
), dropped as (
  delete from kit_liveframe f using head h where f.topic = h.topic and f.seq <= h.seq - %(ring)s
)
select pg_notify(%(channel)s, json_build_array(topic, epoch, seq)::text), epoch::text, seq from head
"""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a topic stands; a topic nobody has published to has seq 0."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One published state change."""

    seq: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Topic:
    """What an application says about topics of one prefix."""

    permit: Callable[[Any, str], bool]
    snapshot: Callable[[str], Mapping[str, Any]]


_registered: dict[str, Topic] = {}


def register(
    prefix: str, *, permit: Callable[[Any, str], bool], snapshot: Callable[[str], Mapping[str, Any]]
) -> None:
    """Own the topics `prefix` and `prefix.…`. permit(viewer, topic); snapshot(topic) is the state now.

    Called from an application's `ready`. Raises ValueError when the prefix is taken by another owner.
    """
    taken = _registered.get(prefix)
    if taken and taken.permit.__module__ != permit.__module__:
        raise ValueError(f"the live prefix {prefix} has an owner")
    _registered[prefix] = Topic(permit, snapshot)


def owner_of(topic: str) -> Topic | None:
    """The registration of a topic's prefix, or None for a topic that nobody owns."""
    return _registered.get(topic.split(".", 1)[0])


def prefixes() -> list[str]:
    """Every registered prefix: the stranger's test goes over them."""
    return sorted(_registered)


def publish(topic: str, data: Mapping[str, Any]) -> Head:
    """Give `data` the topic's next sequence; the hub learns of it when the transaction commits.

    Raises ValueError for a frame over 64 kB.
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, default=str)
    if len(text.encode()) > FRAME_BYTES_MAX:
        raise ValueError(f"a frame of {topic} is larger than {FRAME_BYTES_MAX} bytes")
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISH, {"topic": topic, "data": text, "ring": RING, "channel": CHANNEL})
        _, epoch, seq = cursor.fetchone()
    return Head(epoch, seq)


def read_json(data: object) -> Any:
    """A JSON column read by a plain cursor: text, or a value where the driver has read it."""
    return json.loads(data) if isinstance(data, str) else data


def head(topic: str) -> Head:
    """The epoch and last sequence of a topic."""
    with connection.cursor() as cursor:
        cursor.execute("select epoch::text, seq from kit_livetopic where topic = %s", [topic])
        row = cursor.fetchone()
    return Head(*row) if row else Head("", 0)


def frames_after(topic: str, *, epoch: str, seq: int) -> list[Frame] | None:
    """Every frame after `seq`, oldest first; None when some are no longer kept or the epoch is another.

    The read model answers then (a snapshot), never a stream with a hole.
    """
    now = head(topic)
    if now.epoch != epoch or seq > now.seq:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq, data from kit_liveframe where topic = %s and epoch = %s and seq > %s order by seq",
            [topic, epoch, seq],
        )
        frames = [
            Frame(number, json.loads(data) if isinstance(data, str) else data) for number, data in cursor
        ]
    complete = len(frames) >= now.seq - seq and (not frames or frames[0].seq == seq + 1)
    return frames if complete else None
