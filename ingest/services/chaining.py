"""Whether a signed batch names the one before it, once both are known; by sequence, not by arrival.

A broken link does not make a signature wrong: the readings are stored, but of the two batches the one that
came second counts as unsigned (grade B), and the pair is kept as evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from django.db import connection
from lexicon.refusals import Refusal

from ingest.decision import Held
from ingest.intake import Point
from ingest.reading import READINGS_PER_BATCH_MAX, Batch
from ingest.sequences import SequenceSet
from ingest.services.naming import Decoded

Place = tuple[int, int, int]
"""(meter, boot, a sequence at which a batch ends or begins)"""

_ENDING = """
select b.meter_id, b.boot, b.seq1, b.digest from hot_signedbatch b
join unnest(%s::int[], %s::int[], %s::bigint[]) as t(m, k, s) on b.meter_id = m and b.boot = k and b.seq1 = s
"""
# A batch that begins at s ends before s + READINGS_PER_BATCH_MAX: the index by last sequence finds it.
_BEGINNING = f"""
select b.meter_id, b.boot, b.seq0, b.digest, b.previous from hot_signedbatch b
join unnest(%s::int[], %s::int[], %s::bigint[]) as t(m, k, s) on b.meter_id = m and b.boot = k
 and b.seq1 >= s and b.seq1 < s + {READINGS_PER_BATCH_MAX} and b.seq0 = s
"""  # noqa: S608  (a number of ours)


@dataclass(slots=True)
class Chains:
    """Links of one flush. tails: the newest batch of each (meter, boot).

    seen, floors: sequences decided on before, and up to which number others may have been.

    A gateway that sends in order costs no query: what a batch follows is in this flush or is the tail. Stored
    batches are asked for only where that does not fit, after a restart, and for a batch that comes late.
    """

    seen: Mapping[tuple[int, int], SequenceSet]
    floors: Mapping[tuple[int, int], int]
    tails: Mapping[tuple[int, int], tuple[int, str]]
    _ends: dict[Place, set[str]] = field(default_factory=dict)

    def judge(self, read: Sequence[Decoded]) -> list[Held]:
        """The findings; readings of a batch with one lose their signature's grade."""
        new = [one for one in read if _is_new(one)]
        for one in new:
            batch = _batch(one)
            self._ends.setdefault(_place(one, batch.seq1), set()).add(batch.signed.digest)
        follows = [one for one in new if not self._fits(one)]
        late = [one for one in new if self._may_be_known(one, _batch(one).seq1 + 1)]
        if not follows and not late:
            return []
        self._load_ends(
            [_place(one, _batch(one).seq0 - 1) for one in follows]
            + [_place(one, _batch(one).seq1) for one in late]
        )
        return [*self._after_another(follows), *self._before_another(late)]

    def _fits(self, one: Decoded) -> bool:
        """Whether a batch names the one before it, as far as memory tells, or none before it is known."""
        batch = _batch(one)
        place = _place(one, batch.seq0 - 1)
        tail = self.tails.get(place[:2])
        if batch.previous in self._ends.get(place, ()) or tail == (batch.seq0 - 1, batch.previous):
            return True
        return place not in self._ends and not self._may_be_known(one, batch.seq0 - 1)

    def _after_another(self, follows: Sequence[Decoded]) -> list[Held]:
        held = []
        for one in follows:
            batch = _batch(one)
            before = self._ends.get(_place(one, batch.seq0 - 1), set())
            if before and batch.previous not in before:
                held.append(_broken(one, batch.seq0, min(before), batch.signed.digest, batch.previous))
        return held

    def _before_another(self, late: Sequence[Decoded]) -> list[Held]:
        held = []
        following = _beginning(_place(one, _batch(one).seq1 + 1) for one in late)
        for one in late:
            batch = _batch(one)
            before = self._ends[_place(one, batch.seq1)]
            for digest, previous in following.get(_place(one, batch.seq1 + 1), ()):
                if previous not in before:
                    held.append(_broken(one, batch.seq1 + 1, batch.signed.digest, digest, previous))
        return held

    def _may_be_known(self, one: Decoded, seq: int) -> bool:
        boot = _place(one, 0)[:2]
        return seq <= self.floors.get(boot, -1) or seq in self.seen.get(boot, _NONE)

    def _load_ends(self, places: Sequence[Place]) -> None:
        for meter, boot, seq1, digest in _rows(_ENDING, places):
            self._ends.setdefault((meter, boot, seq1), set()).add(digest)


_NONE = SequenceSet()


def _broken(one: Decoded, seq: int, before: str, after: str, previous: str) -> Held:
    """The finding about the link at `seq`; the message's readings become grade B."""
    assert one.meter is not None  # noqa: S101 (a batch without a meter is not new)
    boot = _batch(one).boot
    one.candidates = [
        replace(
            candidate,
            signed=False,
            judged=candidate.judged._replace(signed=False)
            if isinstance(candidate.judged, Point)
            else candidate.judged,
        )
        for candidate in one.candidates
    ]
    link = f"boot {boot} seq0 {seq} prev {previous} before {before} body {after}"
    return Held(
        digest=sha256(f"chain {one.meter.key} {link}".encode(errors="replace")).hexdigest(),
        tenant=one.meter.tenant,
        plant=one.meter.plant,
        meter_name=one.meter.meter,
        meter=one.meter.key,
        topic=one.arrived.topic,
        payload=link.encode(errors="replace"),
        reason=Refusal.BATCH_CHAIN_BROKEN,
        facts={"boot": str(boot), "seq0": str(seq), "prev": previous, "before": before},
        boot=boot,
        seq=seq,
        ts_ms=_batch(one).items[0].ts_ms,
    )


def _beginning(places: Iterable[Place]) -> dict[Place, list[tuple[str, str]]]:
    """Digest and previous of the stored batches that begin at these places."""
    found: dict[Place, list[tuple[str, str]]] = {}
    for meter, boot, seq0, digest, previous in _rows(_BEGINNING, list(places)):
        found.setdefault((meter, boot, seq0), []).append((digest, previous))
    return found


def _rows(sql: str, places: Sequence[Place]) -> list[Any]:
    unique = sorted(set(places))
    if not unique:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [[place[n] for place in unique] for n in range(3)])
        return list(cursor.fetchall())


def _is_new(one: Decoded) -> bool:
    return one.meter is not None and isinstance(one.content, Batch) and not one.held and not one.repeated


def _batch(one: Decoded) -> Batch:
    assert isinstance(one.content, Batch)  # noqa: S101 (only batches have links)
    return one.content


def _place(one: Decoded, seq: int) -> Place:
    assert one.meter is not None  # noqa: S101
    return one.meter.key, _batch(one).boot, seq
