"""The durable write: a decision becomes rows and segments in one transaction; only then is anyone told."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import F, Max
from lexicon.refusals import Refusal

from ingest.arrays import numbers
from ingest.calendar import day_of_ns
from ingest.decision import Decision, Fresh, Held, NewBatch
from ingest.floods import Floods, More
from ingest.hot.models import Quarantine, SignedBatch
from ingest.message import Arrived, Receipt, ReceiptOf
from ingest.segments import Segments, segment_name
from ingest.selectors.directory import Directory
from ingest.series import Series
from ingest.services.deciding import (
    decide,
    decide_plain,
    held_message,
    receipts,
    receipts_of,
    refused_receipt,
    unsigned,
    unsigned_of,
    unsigned_receipt,
)
from ingest.services.knowing import Known
from ingest.services.sequence_rows import record_sets, record_taken

log = logging.getLogger(__name__)
# What one message can bring about; anything else is about the store, and nothing was decided then.
_OF_THE_MESSAGE = (DataError, IntegrityError, ValueError, ArithmeticError, RecursionError)

_BATCHES = """
insert into hot_signedbatch
  (received_at, meter_id, boot, seq0, seq1, digest, previous, fingerprint, day, segment, position, length)
select %s, * from unnest(%s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[],
                         %s::date[], %s::text[], %s::bigint[], %s::int[])
"""
_NUMBERS = """
insert into hot_assignedsequence (meter_id, digest, seq)
select * from unnest(%s::int[], %s::text[], %s::bigint[])
"""
_REPEATS = """
insert into hot_repeat (meter_id, day, count, last_at)
select m, %s, n, %s from unnest(%s::int[], %s::bigint[]) as t(m, n) order by m
on conflict (meter_id, day) do update
set count = hot_repeat.count + excluded.count, last_at = excluded.last_at
"""
# In one order, so that a writer and the hour worker never wait for each other in a circle.
_DIRTY = """
insert into hot_dirtyhour (meter_id, hour, mark)
select m, h, 1 from unnest(%s::int[], %s::int[]) as t(m, h) order by m, h
on conflict (meter_id, hour) do update set mark = hot_dirtyhour.mark + 1
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What one flush did: new readings, repeats, reasons of the quarantine's rows, what gateways are told.

    fresh: what came to each meter; a signed repeat of an unsigned reading comes, too. unsigned: meters whose
    unsigned readings came, each with what makes its receipt.
    """

    readings: int
    repeats: int
    reasons: Sequence[Refusal]
    fresh: Mapping[int, Fresh]
    receipts: Sequence[Receipt]
    unsigned: Mapping[int, ReceiptOf] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """Rows that the quarantine got."""
        return len(self.reasons)

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            self.readings + other.readings,
            self.repeats + other.repeats,
            [*self.reasons, *other.reasons],
            _together(self.fresh, other.fresh),
            [*self.receipts, *other.receipts],
            {**self.unsigned, **other.unsigned},
        )


@dataclass(slots=True)
class Store:
    """The one writer of readings. `known` is its memory of sequences, dropped when a write fails."""

    directory: Directory
    series: Series
    segments: Segments
    known: Known = field(default_factory=Known)
    floods: Floods = field(default_factory=Floods)

    def store(self, messages: Sequence[Arrived], *, now_ms: int) -> Stored:
        """Stores what can be stored and quarantines the rest; all of it is durable when this returns.

        What is plain goes first, as a flush of its own. Raises: SeriesUnavailable,
        django.db.OperationalError, OSError; then the same messages can be stored again: what was decided on
        is a repeat.
        """
        done, rest = self.store_plain(messages, now_ms=now_ms)
        return done + self.store_rest(rest, now_ms=now_ms) if rest else done

    def store_plain(self, messages: Sequence[Arrived], *, now_ms: int) -> tuple[Stored, Sequence[Arrived]]:
        """Stores what is plain; what that did, and the messages that are left. Raises as `store`."""
        with self._remembering():
            plain, rest = decide_plain(messages, directory=self.directory, known=self.known, now_ms=now_ms)
            fresh = self._write(plain, now_ms) if plain.taken else {}
            told = receipts_of(plain, self.known, self.directory.receipt_topic)
            return _stored(plain, fresh, told, dict.fromkeys(unsigned_of(plain), self.receipt)), rest

    def store_rest(self, messages: Sequence[Arrived], *, now_ms: int) -> Stored:
        """Stores what is not plain, and quarantines what cannot be stored. Raises as `store`."""
        with self._remembering():
            decision, read = decide(
                messages, directory=self.directory, series=self.series, known=self.known, now_ms=now_ms
            )
            fresh = self._write(decision, now_ms)
            told = dict.fromkeys(unsigned(read), self.receipt)
            return _stored(decision, fresh, receipts(read, self.known), told)

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        """After a failure nothing that is remembered holds for sure: it is read again."""
        try:
            yield
        except BaseException:
            self.known.forget()
            self.segments.forget()
            raise

    def receipt(self, meter: int) -> Receipt | None:
        """What the gateway of a meter may forget of its unsigned readings, as far as memory tells."""
        return unsigned_receipt(meter, self.known, self.directory.receipt_topic)

    def _write(self, decision: Decision, now_ms: int) -> Mapping[int, Fresh]:
        """Makes a decision durable, then learns it; what came to each meter.

        A store outside the database is written while the rows are; they are committed when it has confirmed.
        """
        fresh = decision.fresh()
        if not self.series.transactional:
            # A number that is given stays given, whatever happens between the two stores.
            _record_numbers(decision)
        with transaction.atomic(), self.series.writing(decision.points, decision.blocks):
            self._record(decision, fresh, now_ms)
        self.known.learn(decision, fresh)
        return fresh

    def _record(self, decision: Decision, fresh: Mapping[int, Fresh], now_ms: int) -> None:
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        if self.series.transactional:
            _record_numbers(decision)
        record_sets(decision, fresh)
        record_taken(decision.taken, fresh)
        self._record_batches(decision.batches, now)
        if decision.held:
            rows, more = self.floods.sift(decision.held, now_ms=now_ms)
            Quarantine.objects.bulk_create((_quarantine(held, now) for held in rows), ignore_conflicts=True)
            _count(more, now)
        if decision.repeated:
            _count_repeats(decision.repeated, now)
        if not decision.taken:
            mark_dirty(decision.hours())

    def _record_batches(self, batches: Sequence[NewBatch], now: datetime) -> None:
        if not batches:
            return
        places = self.segments.append([(_segment(new), new.payload) for new in batches])
        _run(
            _BATCHES,
            [
                now,
                [new.meter.key for new in batches],
                [new.boot for new in batches],
                [new.seq0 for new in batches],
                [new.seq1 for new in batches],
                [new.digest for new in batches],
                [new.previous for new in batches],
                [new.key for new in batches],
                [new.day for new in batches],
                [place.segment for place in places],
                [place.position for place in places],
                [place.length for place in places],
            ],
        )


def _count_repeats(repeated: Mapping[int, int], now: datetime) -> None:
    """Adds to how many readings of each meter came again, by the day on which they came."""
    day = day_of_ns(int(now.timestamp()) * 1_000_000_000)
    _run(_REPEATS, [day, now, numbers(repeated.keys()), numbers(repeated.values())])


def _stored(
    decision: Decision,
    fresh: Mapping[int, Fresh],
    told: Sequence[Receipt],
    unsigned: Mapping[int, ReceiptOf],
) -> Stored:
    return Stored(
        readings=decision.stored(),
        repeats=decision.repeats,
        reasons=tuple(held.reason for held in decision.held),
        fresh=fresh,
        receipts=told,
        unsigned=unsigned,
    )


def _together(first: Mapping[int, Fresh], then: Mapping[int, Fresh]) -> dict[int, Fresh]:
    made = dict(first)
    for meter, (point, readings) in then.items():
        known = made.get(meter)
        if known is None:
            made[meter] = Fresh(point, readings)
        else:
            newest = point if point.t_ns > known.point.t_ns else known.point
            made[meter] = Fresh(newest, known.readings + readings)
    return made


def store_each(
    store: Store, messages: Sequence[Arrived], *, now_ms: int
) -> Iterator[tuple[Stored, Sequence[Arrived]]]:
    """Stores all messages and tells of each part as soon as it is durable, whatever becomes of the next.

    Gives what a part did and the messages that are not durable yet. Where the database refuses a value, the
    halves, down to the culprit in quarantine. Raises what `Store.store` raises when the database is away.
    """
    left = messages
    try:
        done, left = store.store_plain(messages, now_ms=now_ms)
        if len(left) < len(messages):
            yield done, left
        if left:
            yield store.store_rest(left, now_ms=now_ms), ()
    except _OF_THE_MESSAGE as error:
        if len(left) > 1:
            middle = len(left) // 2
            later = left[middle:]
            for stored, still in store_each(store, left[:middle], now_ms=now_ms):
                yield stored, [*still, *later]
            yield from store_each(store, later, now_ms=now_ms)
            return
        log.exception("one message cannot be stored and is quarantined")
        yield _hold_culprit(left[0], str(error), now_ms), ()


def _hold_culprit(message: Arrived, error: str, now_ms: int) -> Stored:
    facts = {"field": error[:200]}
    held = held_message(message, Refusal.READING_MALFORMED, facts, None)
    row = _quarantine(held, datetime.fromtimestamp(now_ms / 1000, UTC))
    Quarantine.objects.bulk_create([row], ignore_conflicts=True)
    told = [] if (receipt := refused_receipt(message, Refusal.READING_MALFORMED)) is None else [receipt]
    return Stored(readings=0, repeats=0, reasons=(Refusal.READING_MALFORMED,), fresh={}, receipts=told)


def known_end(segment: str) -> int:
    """Where the last stored batch of a segment ends."""
    end = SignedBatch.objects.filter(segment=segment).aggregate(end=Max(F("position") + F("length")))["end"]
    return int(end or 0)


def mark_dirty(hours: Iterable[tuple[int, int]]) -> None:
    """(meter, hour)s whose readings changed; the hour worker computes them again."""
    unique = sorted(set(hours))
    if unique:
        _run(_DIRTY, [numbers(meter for meter, _ in unique), numbers(hour for _, hour in unique)])


def _record_numbers(decision: Decision) -> None:
    if decision.assigned:
        meters, digests, numbers = zip(*decision.assigned, strict=True)
        _run(_NUMBERS, [list(meters), list(digests), list(numbers)])


def _quarantine(held: Held, now: datetime) -> Quarantine:
    return Quarantine(
        digest=held.digest,
        tenant=held.tenant,
        plant=held.plant,
        meter_name=held.meter_name,
        meter_id=held.meter,
        topic=held.topic.replace("\0", ""),
        payload=held.payload,
        reason=held.reason.value,
        facts={name: text.replace("\0", "") for name, text in held.facts.items()},
        state=held.state,
        boot=held.boot,
        seq=held.seq,
        ts_ms=held.ts_ms,
        received_at=now,
    )


def _count(more: Sequence[More], now: datetime) -> None:
    """One row for what a flood would have made many of; a later flush of the same minute adds to it."""
    for one in more:
        row = _quarantine(one.held, now)
        row.digest, row.boot, row.seq, row.ts_ms = one.digest, None, None, None
        row.facts |= {"more": str(one.count)}
        known = Quarantine.objects.filter(digest=one.digest).first()
        if known is None:
            row.save()
        else:
            known.facts["more"] = str(int(known.facts["more"]) + one.count)
            known.save(update_fields=["facts"])


def _segment(new: NewBatch) -> str:
    return segment_name(tenant=new.meter.tenant, plant=new.meter.plant, day=new.day)


def _run(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
