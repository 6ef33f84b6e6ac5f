"""What ingest remembers of the readings it decided on, so that most need no look into the database.

Sequence numbers of a device that counts by one are one range. Of one that does not (a clock as number, every
second number), memory and `hot_sequence` keep the unbroken beginning and the newest ranges; the days' rows
keep all, and are asked about what is older. So a flush costs the same whatever numbers a device takes.
"""

from collections.abc import Container, Iterable, Mapping, Set
from dataclasses import dataclass, field

from django.db import connection

from ingest.decision import BOOT_UNSIGNED, Candidate, Decision, Fresh, Name, Taken
from ingest.sequences import PART_BITS, SequenceSet, part_of

# Ranges of one meter's boot beyond which older ones are left to the days, and how many are kept then.
RANGES_MAX = 512
RANGES_KEPT = 256

_LOAD = "select meter_id, boot, seen::text, floor, last_ns from hot_sequence where meter_id = any(%s)"
_KEEP = "update hot_sequence set seen = %s::int8multirange, floor = %s where meter_id = %s and boot = %s"
# Of (meter, boot, seq), those of which the days say so.
_TOLD = f"""
select k.meter, k.boot, k.seq from unnest(%s::int[], %s::int[], %s::bigint[]) as k(meter, boot, seq)
where exists (select 1 from hot_daysequence d
              where d.meter_id = k.meter and d.boot = k.boot and d.part = k.seq >> {PART_BITS} and """  # noqa: S608
_KNOWN = f"{_TOLD} (d.stored @> k.seq or d.quarantined @> k.seq or d.refused @> k.seq))"
_HELD = f"{_TOLD} d.quarantined @> k.seq)"
_PART = """
select stored::text, quarantined::text, refused::text from hot_daysequence
where meter_id = %s and boot = %s and part = %s
"""


@dataclass(slots=True)
class Known:
    """Sequences decided on so far; ingest has one writer at a time, so what it wrote last still holds.

    floors: of boots with many ranges, the number up to which `seen` does not tell all. tops: the highest
    number of each meter's unsigned readings, which `seen` holds, too: every flush asks for that of every
    meter it meets, and of ten thousand the way through a set costs more than judging does.
    """

    seen: dict[tuple[int, int], SequenceSet] = field(default_factory=dict)
    floors: dict[tuple[int, int], int] = field(default_factory=dict)
    tops: dict[int, int] = field(default_factory=dict)
    last_ns: dict[int, int] = field(default_factory=dict)
    meters: set[int] = field(default_factory=set)
    tails: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)

    def load(self, meters: Iterable[int]) -> None:
        """Reads what is stored of meters that were not met yet."""
        missing = sorted(set(meters) - self.meters)
        if not missing:
            return
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [missing])
            for meter, boot, seen, floor, last_ns in cursor.fetchall():
                made = self.seen[meter, boot] = SequenceSet.parse(seen)
                if floor >= 0:
                    self.floors[meter, boot] = floor
                if boot == BOOT_UNSIGNED and made:
                    self.tops[meter] = made.last
                self.last_ns[meter] = max(last_ns, self.last_ns.get(meter, 0))
        self.meters.update(missing)

    def recall(self, candidates: Iterable[Candidate]) -> Container[Name]:
        """Those names of candidates that only the days' rows can tell, and do: they were decided on."""
        if not self.floors:
            return ()
        return _told(_KNOWN, {one.name for one in candidates if self._may_be_old(one.name)})

    def _may_be_old(self, name: Name) -> bool:
        boot = name[:2]
        return name[2] <= self.floors.get(boot, -1) and name[2] not in self.seen[boot]

    def learn(self, decision: Decision, fresh: Mapping[int, Fresh]) -> None:
        """Takes over what was committed."""
        long = {name for name in decision.seen if name in self.floors}
        for name, new in decision.seen.items():
            seen = self.seen.setdefault(name, SequenceSet())
            for first, last in new.ranges():
                seen.add_range(first, last)
            if name[1] == BOOT_UNSIGNED and seen:
                self.tops[name[0]] = seen.last
            if seen.is_longer_than(RANGES_MAX):
                long.add(name)
        long.update(self._take(decision.taken))
        last_ns = self.last_ns
        for meter, (point, _) in fresh.items():
            if point[1] > last_ns.get(meter, 0):
                last_ns[meter] = point[1]
        for one in decision.batches:
            chain, end = (one.meter.key, one.boot), (one.seq1, one.digest)
            self.tails[chain] = max(end, self.tails.get(chain, end))
        for name in sorted(long):
            self._shorten(*name)

    def _take(self, taken: Iterable[Taken]) -> list[tuple[int, int]]:
        """Learns what was plain; the names that have many ranges now."""
        known, tops, long = self.seen, self.tops, []
        for meter, boot, _, first, last in taken:
            if boot == BOOT_UNSIGNED:
                # What is plain comes in order, so each run ends above the one before.
                tops[meter] = last
            seen = known.get((meter, boot))
            if seen is None:
                seen = known[meter, boot] = SequenceSet()
            seen.add_range(first, last)
            if seen.is_longer_than(RANGES_MAX):
                long.append((meter, boot))
        return long

    def _shorten(self, meter: int, boot: int) -> None:
        """Leaves older ranges to the days; what was filled behind them joins the beginning again."""
        name = meter, boot
        seen, floor = self.seen[name].newest(RANGES_KEPT)
        floor = max(floor, self.floors.get(name, -1))
        start = beginning(seen, boot)
        reached = seen.contiguous_to(start)
        if reached < floor:
            reached = _unbroken(meter, boot, reached)
            if reached >= start:
                seen.add_range(start, reached)
        self.seen[name] = seen
        self.floors[name] = floor
        if floor <= reached:
            floor = -1
            del self.floors[name]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [seen.text(), floor, meter, boot])

    def forget(self) -> None:
        """After a failure: what is stored is read again."""
        self.seen.clear()
        self.floors.clear()
        self.tops.clear()
        self.last_ns.clear()
        self.meters.clear()
        self.tails.clear()


def held(names: Set[Name]) -> set[Name]:
    """Those names that were set aside on any day."""
    return _told(_HELD, names)


def _told(question: str, names: Set[Name]) -> set[Name]:
    if not names:
        return set()
    asked = sorted(names)
    with connection.cursor() as cursor:
        cursor.execute(question, [[name[part] for name in asked] for part in range(3)])
        return set(cursor.fetchall())


def beginning(seen: SequenceSet, boot: int) -> int:
    """A signed boot begins at 1; a device that numbers by itself begins where it was first heard."""
    return 1 if boot > BOOT_UNSIGNED else seen.first


def _unbroken(meter: int, boot: int, reached: int) -> int:
    """How far the days know every number after `reached`."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PART, [meter, boot, part_of(reached + 1)])
            told = SequenceSet()
            for row in cursor.fetchall():
                for text in row:
                    told |= SequenceSet.parse(text)
        further = told.contiguous_to(reached + 1)
        if part_of(further + 1) == part_of(reached + 1):
            return further
        reached = further
