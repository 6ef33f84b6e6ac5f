"""Readings on disk from the moment they are taken until the platform's receipt: one SQLite file.

Every change is one transaction, made durable before anyone acts on it. A reading gets its sequence when it is
taken; what a source was told (the place in a file, a message) is in the same transaction as its readings, so
a kill at any instant neither loses nor repeats one.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from lexicon.terms import ReadingQuality
from proof.batches import FIRST_PREVIOUS, SignedBody, public_key

from agent.batch import Kept, Link, readings_of, sign_batch
from agent.reading import number_of
from agent.spool_file import Limits, SpoolFile

# As many messages as a broker has out unacknowledged; what it sends again is among them.
ONCE_KEPT = 20_000
UNREADABLE_KEPT = 500
DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One reading to keep; `meter` is the topic without its last level."""

    meter: str
    reading: Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One meter. seq: the next reading's; sealed: the next batch's first; receipted: highest durable."""

    meter: str
    seq: int
    sealed: int
    previous: str
    receipted: int
    told_ms: int
    last_ms: int
    last_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A signed batch or event without receipt."""

    number: int
    meter: str
    boot: int
    seq0: int
    seq1: int


class Spool(SpoolFile):
    """The spool in a folder; boot: the present one."""

    def __init__(self, folder: Path, *, key: Ed25519PrivateKey, limits: Limits) -> None:
        """Opens or makes it. Raises SpoolDamaged, SpoolFull, OSError."""
        super().__init__(folder, limits)
        self._key, self._fingerprint = key, public_key(key).fingerprint
        self.boot = self._boot()

    def take(
        self,
        readings: Sequence[Taken],
        *,
        cursor: tuple[str, str] | None = None,
        once: Sequence[str] = (),
        events: Sequence[tuple[str, SignedBody]] = (),
    ) -> None:
        """Keeps readings under their meters' next sequences, durable when this returns.

        cursor: (source, place) that holds from now on. once: digests of messages that are not taken again.
        events: (meter, signed event) that go with them. Raises SpoolFull; then nothing was kept.
        """
        self._need_room()
        with self._transaction() as link:
            now = time.time()
            chains: dict[str, Chain] = {}
            rows = []
            for one in readings:
                chain = chains.get(one.meter) or self._chain(one.meter)
                kept = one.reading
                rows.append((one.meter, chain.seq, kept.ts_ms, kept.value, kept.unit, kept.quality, now))
                chains[one.meter] = _advanced(chain, kept)
            link.executemany("insert into reading values (?, ?, ?, ?, ?, ?, ?)", rows)
            for chain in chains.values():
                self._write(chain)
            for meter, signed in events:
                self._insert_event(meter, signed)
            if cursor:
                link.execute("insert or replace into cursor values (?, ?)", cursor)
            for digest in once:
                link.execute(
                    "insert or ignore into once select ?, coalesce(max(number), 0) + 1 from once", (digest,)
                )
            if once:
                link.execute(
                    "delete from once where number <= (select max(number) from once) - ?", (ONCE_KEPT,)
                )

    def seal(self, *, readings: int, age_s: float, everything: bool = False) -> int:
        """Signs full batches, and the rest once its oldest reading is age_s old; how many."""
        made = 0
        with self._transaction() as link:
            open_ = link.execute(
                "select meter, count(*), min(taken_s) from reading group by meter"
            ).fetchall()
            now = time.time()
            for meter, total, oldest in open_:
                count = total
                # A clock set back must not hold readings for ever.
                due = everything or abs(now - oldest) >= age_s
                while count >= readings or (due and count > 0):
                    count -= self._seal(meter, min(count, readings))
                    made += 1
        return made

    def meters_waiting(self) -> list[str]:
        """Meters that have batches without receipt."""
        # One look into the index a meter: after a week's outage there are tens of thousands of batches.
        rows = self._ask(
            "select meter from chain where exists (select 1 from batch"
            " where batch.meter = chain.meter and receipted_s is null) order by meter",
            (),
        )
        return [meter for (meter,) in rows]

    def waiting(self, meter: str, limit: int) -> list[Waiting]:
        """A meter's oldest batches without receipt."""
        rows = self._ask(
            "select number, meter, boot, seq0, seq1 from batch"
            " where receipted_s is null and meter = ? order by number limit ?",
            (meter, limit),
        )
        return [Waiting(number=n, meter=m, boot=b, seq0=s0, seq1=s1) for n, m, b, s0, s1 in rows]

    def payload(self, number: int) -> bytes | None:
        """The bytes of a batch, None where it is receipted and gone."""
        rows = self._ask("select payload from batch where number = ?", (number,))
        return bytes(rows[0][0]) if rows else None

    def events(self) -> list[tuple[int, str, str, bytes]]:
        """(number, meter, digest, payload) of events that nobody has receipted."""
        return self._ask("select number, meter, digest, payload from event order by number", ())

    def add_event(self, meter: str, signed: SignedBody, *, register: str | None = None) -> None:
        """Keeps a signed event. register: what the meter's register shows from now on."""
        with self._transaction() as link:
            self._insert_event(meter, signed)
            if register is not None:
                self._write(self._chain(meter))
                link.execute("update chain set last_value = ? where meter = ?", (register, meter))

    def forget_event(self, digest: str) -> bool:
        """Removes an event that has its receipt; whether there was one."""
        with self._transaction() as link:
            return link.execute("delete from event where digest = ?", (digest,)).rowcount > 0

    def receipt(self, meter: str, to: int, *, told_ms: int) -> None:
        """Books that every sequence of the present boot up to `to` is durable at the platform."""
        with self._transaction() as link:
            link.execute(
                "update chain set receipted = max(receipted, ?), told_ms = max(told_ms, ?) where meter = ?",
                (to, told_ms, meter),
            )
            link.execute(
                "update batch set receipted_s = ?"
                " where meter = ? and boot = ? and seq1 <= ? and receipted_s is null",
                (time.time(), meter, self.boot, to),
            )

    def revive(self, meter: str, to: int, *, told_ms: int) -> int:
        """The platform has less than it had receipted: kept batches after `to` wait again; how many."""
        with self._transaction() as link:
            link.execute("update chain set receipted = ?, told_ms = ? where meter = ?", (to, told_ms, meter))
            return link.execute(
                "update batch set receipted_s = null"
                " where meter = ? and boot = ? and seq1 > ? and receipted_s is not null",
                (meter, self.boot, to),
            ).rowcount

    def first_kept(self, meter: str) -> int | None:
        """The lowest sequence of the present boot that can still be sent, None where there is none."""
        rows = self._ask("select min(seq0) from batch where meter = ? and boot = ?", (meter, self.boot))
        return rows[0][0] if rows and rows[0][0] is not None else None

    def begin_boot(self) -> int:
        """A new boot: all that has no receipt is numbered and signed again under it; its number."""
        with self._transaction() as link:
            self.boot = self._next_boot(self.boot)
            link.execute("insert or replace into meta values ('boot', ?)", (self.boot,))
            for (meter,) in link.execute("select meter from chain").fetchall():
                self._renumber(meter)
            link.execute("delete from batch where receipted_s is not null")
        return self.boot

    def prune(self, *, keep_days: int) -> None:
        """Forgets receipted batches that are older than that, and all of them where room is short."""
        oldest = time.time() - keep_days * DAY_S
        if self.used() > self._limits.bytes_max * 3 // 4:
            oldest = float("inf")
        with self._transaction() as link:
            link.execute("delete from batch where receipted_s is not null and receipted_s < ?", (oldest,))

    def chains(self) -> list[Chain]:
        """The state of every meter that was read."""
        return [_chain(row) for row in self._ask(_CHAINS, ())]

    def chain(self, meter: str) -> Chain:
        """The state of one meter."""
        with self._lock:
            return self._chain(meter)

    def place(self, source: str) -> str | None:
        """Where a source was left, None where it never was."""
        rows = self._ask("select place from cursor where source = ?", (source,))
        return str(rows[0][0]) if rows else None

    def was_taken(self, digest: str) -> bool:
        """Whether a message was taken before."""
        return bool(self._ask("select 1 from once where digest = ?", (digest,)))

    def set_aside(self, source: str, place: str, error: str, content: str) -> int:
        """Notes what could not be read, the newest few hundred; how many there were in all."""
        with self._transaction() as link:
            link.execute(
                "insert into unreadable (source, place, error, content, at_s) values (?, ?, ?, ?, ?)",
                (source, place, error[:200], content[:500], time.time()),
            )
            (number,) = link.execute("select max(number) from unreadable").fetchone()
            link.execute("delete from unreadable where number <= ?", (number - UNREADABLE_KEPT,))
        return int(number)

    def set_asides(self, limit: int) -> list[tuple[str, str, str, str]]:
        """The newest (source, place, error, content) that could not be read."""
        return self._ask(
            "select source, place, error, content from unreadable order by number desc limit ?", (limit,)
        )

    def counts(self) -> tuple[int, int, int]:
        """Readings not yet signed, signed batches without receipt, and the readings in those."""
        open_ = self._ask("select count(*) from reading", ())[0][0]
        batches, readings = self._ask(
            "select count(*), coalesce(sum(seq1 - seq0 + 1), 0) from batch where receipted_s is null", ()
        )[0]
        return open_, batches, readings

    def _insert_event(self, meter: str, signed: SignedBody) -> None:
        self._link.execute(
            "insert into event (meter, digest, payload) values (?, ?, ?)",
            (meter, signed.digest, signed.payload),
        )

    def _seal(self, meter: str, count: int) -> int:
        chain = self._chain(meter)
        rows = self._link.execute(
            "select ts_ms, value, unit, quality from reading where meter = ? order by seq limit ?",
            (meter, count),
        ).fetchall()
        readings = [Kept(*row) for row in rows]
        self._add_batch(chain, readings)
        self._link.execute(
            "delete from reading where meter = ? and seq < ?", (meter, chain.sealed + len(readings))
        )
        return len(readings)

    def _add_batch(self, chain: Chain, readings: Sequence[Kept]) -> None:
        link = Link(meter=chain.meter, boot=self.boot, seq0=chain.sealed, previous=chain.previous)
        signed = sign_batch(link, readings, key=self._key, fingerprint=self._fingerprint)
        last = chain.sealed + len(readings) - 1
        self._link.execute(
            "insert into batch (meter, boot, seq0, seq1, payload) values (?, ?, ?, ?, ?)",
            (chain.meter, self.boot, chain.sealed, last, signed.payload),
        )
        self._link.execute(
            "update chain set sealed = ?, previous = ? where meter = ?",
            (last + 1, signed.digest, chain.meter),
        )

    def _renumber(self, meter: str) -> None:
        rows = self._link.execute(
            "select number, payload from batch where meter = ? and receipted_s is null order by number",
            (meter,),
        ).fetchall()
        open_ = self._link.execute(
            "select ts_ms, value, unit, quality, taken_s from reading where meter = ? order by seq", (meter,)
        ).fetchall()
        self._link.execute("delete from reading where meter = ?", (meter,))
        self._link.execute(
            "update chain set seq = 1, sealed = 1, previous = ?, receipted = 0, told_ms = 0 where meter = ?",
            (FIRST_PREVIOUS, meter),
        )
        for number, payload in rows:
            self._add_batch(self._chain(meter), readings_of(bytes(payload)))
            self._link.execute("delete from batch where number = ?", (number,))
        first = self._chain(meter).sealed
        self._link.executemany(
            "insert into reading values (?, ?, ?, ?, ?, ?, ?)",
            [(meter, first + n, *row) for n, row in enumerate(open_)],
        )
        self._link.execute("update chain set seq = ? where meter = ?", (first + len(open_), meter))

    def _chain(self, meter: str) -> Chain:
        row = self._link.execute(_CHAIN, (meter,)).fetchone()
        return _chain(row or (meter, 1, 1, FIRST_PREVIOUS, 0, 0, -1, ""))

    def _write(self, chain: Chain) -> None:
        self._link.execute(
            "insert into chain values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (meter) do update set"
            " seq = excluded.seq, last_ms = excluded.last_ms, last_value = excluded.last_value",
            tuple(getattr(chain, name) for name in Chain.__slots__),
        )

    def _boot(self) -> int:
        rows = self._ask("select number from meta where name = 'boot'", ())
        if rows:
            return int(rows[0][0])
        with self._transaction() as link:
            boot = self._next_boot(0)
            link.execute("insert into meta values ('boot', ?)", (boot,))
        return boot


_COLUMNS = ", ".join(Chain.__slots__)
_CHAINS = f"select {_COLUMNS} from chain order by meter"  # noqa: S608 (names of ours)
_CHAIN = f"select {_COLUMNS} from chain where meter = ?"  # noqa: S608


def _chain(row: Sequence[object]) -> Chain:
    return Chain(**dict(zip(Chain.__slots__, row, strict=True)))  # type: ignore[arg-type]


def _advanced(chain: Chain, kept: Kept) -> Chain:
    is_good = kept.quality == ReadingQuality.GOOD.value and number_of(kept.value) is not None
    newer = is_good and kept.ts_ms > chain.last_ms
    return Chain(
        meter=chain.meter,
        seq=chain.seq + 1,
        sealed=chain.sealed,
        previous=chain.previous,
        receipted=chain.receipted,
        told_ms=chain.told_ms,
        last_ms=kept.ts_ms if newer else chain.last_ms,
        last_value=kept.value if newer else chain.last_value,
    )
