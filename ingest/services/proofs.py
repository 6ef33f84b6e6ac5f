"""A signed reading with its way to the ledger, as a file that anybody can check without us."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from lexicon.refusals import Refusal, refuse
from proof import batches as signed_batches
from proof.batches import split
from proof.merkle import inclusion, root
from proof.readings import ReadingProof

from ingest.calendar import day_of_ns
from ingest.hot.models import Anchor, Day, DaySequence, GatewayKey, SignedBatch
from ingest.models import Meter
from ingest.segments import Place, Segments
from ingest.sequences import part_of
from ingest.series import Series
from ingest.services.anchors import in_tree_order, leaves_of

# A batch lies with the day of its first reading; one that took longer to fill began no earlier than this.
BODY_DAYS = 3
DAY_NS = 86_400_000_000_000


def reading_proof(meter: Meter, series: Series, *, at: datetime) -> ReadingProof:
    """Of the last signed reading at or before an instant, at most a day before it.

    Raises Refused not_found (there is none), anchors_pending (its day is not on the ledger yet).
    """
    boot, seq = _signed_reading(meter, series, at)
    batch = (
        SignedBatch.objects.select_related("anchor")
        .filter(meter_id=meter.index, boot=boot, seq0__lte=seq, seq1__gte=seq)
        .order_by("received_at")
        .first()
    )
    if batch is None:
        refuse(Refusal.NOT_FOUND)
    if batch.anchor is None or batch.anchor.anchored_at is None:
        refuse(Refusal.ANCHORS_PENDING, day=batch.day.isoformat())
    return _proof(meter, batch, seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProof:
    """A meter's day: what is known of its hours and readings, and its signed batches looked at again.

    wrong: batches whose bytes, signature or root are not what was recorded; pending: those that the ledger
    does not have yet; roots: number and root of the anchors that they are under.
    """

    hours: int
    estimated: int
    ambiguous: int
    readings: int
    signed: int
    batches: int
    wrong: int
    pending: int
    roots: tuple[tuple[int, str], ...]


def day_proof(meter: Meter, day: date) -> DayProof | None:
    """Every signed batch of a meter's day (Shanghai) read and verified again; None for a day without data."""
    counted = Day.objects.filter(meter_id=meter.index, day=day).first()
    if counted is None:
        return None
    rows = list(SignedBatch.objects.filter(meter_id=meter.index, day=day).select_related("anchor"))
    anchors = {row.anchor.pk: row.anchor for row in rows if row.anchor and row.anchor.tx_id}
    held = {key for key, anchor in anchors.items() if _holds(anchor)}
    keys = _keys_of(rows)
    wrong = [
        row
        for row in rows
        if not _is_signed(row, keys) or (row.anchor_id in anchors and row.anchor_id not in held)
    ]
    return DayProof(
        hours=counted.hours,
        estimated=counted.estimated,
        ambiguous=counted.ambiguous,
        readings=counted.n,
        signed=counted.signed,
        batches=len(rows),
        wrong=len(wrong),
        pending=sum(1 for row in rows if row.anchor_id not in anchors),
        roots=tuple(sorted((anchor.n, anchor.root) for anchor in anchors.values())),
    )


def _holds(anchor: Anchor) -> bool:
    """Whether an anchor's batches give its root."""
    return root(leaves_of(in_tree_order(anchor.batches))).hex() == anchor.root


def _keys_of(rows: Sequence[SignedBatch]) -> dict[str, signed_batches.GatewayKey]:
    """Keys of gateways by fingerprint, which is their own digest."""
    found = GatewayKey.objects.filter(fingerprint__in={row.fingerprint for row in rows})
    return {
        key.fingerprint: signed_batches.GatewayKey(
            "p256" if key.algorithm == "p256" else "ed25519", bytes(key.spki)
        )
        for key in found
    }


def _is_signed(row: SignedBatch, keys: dict[str, signed_batches.GatewayKey]) -> bool:
    """Whether a batch's bytes are there, are those recorded, and carry their gateway's signature."""
    try:
        signed = split(_payload(row))
        key = keys[row.fingerprint]
        signed_batches.verify(signed, key)
    except (OSError, EOFError, ValueError, KeyError):
        return False
    return signed.digest == row.digest and key.fingerprint == row.fingerprint


def _signed_reading(meter: Meter, series: Series, at: datetime) -> tuple[int, int]:
    to_ns = int(at.timestamp() * 1000) * 1_000_000 + 999_999
    points = series.range(meter.index, from_ns=to_ns - DAY_NS, to_ns=to_ns + 1)
    found = next(((point.boot, point.seq) for point in reversed(points) if point.signed), None)
    # Where the store has none at all they may have been put away; their bodies never are.
    found = found if points else _signed_long_ago(meter, to_ns)
    if found is None:
        refuse(Refusal.NOT_FOUND)
    return found


def _signed_long_ago(meter: Meter, to_ns: int) -> tuple[int, int] | None:
    """The same by the signed bodies of these days."""
    last = day_of_ns(to_ns)
    days = [last - timedelta(days=n) for n in range(BODY_DAYS)]
    at_most, at_least = to_ns // 1_000_000, (to_ns - DAY_NS) // 1_000_000
    found = [
        (reading["ts"], batch.boot, batch.seq0 + n)
        for batch in SignedBatch.objects.filter(meter_id=meter.index, day__in=days)
        for n, reading in enumerate(json.loads(split(_payload(batch)).body)["readings"])
        if at_least < reading["ts"] <= at_most
    ]
    parts = {part_of(seq) for _, _, seq in found}
    rows = list(DaySequence.objects.filter(meter_id=meter.index, part__in=parts))
    counted = [
        one for one in sorted(found) if any(row.boot == one[1] and one[2] in row.stored for row in rows)
    ]
    return counted[-1][1:] if counted else None


def _proof(meter: Meter, batch: SignedBatch, seq: int) -> ReadingProof:
    anchor = batch.anchor
    assert anchor is not None  # noqa: S101 (the caller looked)
    batches = in_tree_order(anchor.batches)
    place = next(number for number, one in enumerate(batches) if one.pk == batch.pk)
    way = inclusion(leaves_of(batches), place)
    payload = _payload(batch)
    key = GatewayKey.objects.get(
        tenant=anchor.tenant, gateway=_gateway_of(payload), fingerprint=batch.fingerprint
    )
    return ReadingProof(
        plant=meter.plant_id,
        meter=meter.slug,
        day=anchor.day.isoformat(),
        n=anchor.n,
        root=anchor.root,
        index=way.index,
        size=way.size,
        path=tuple(one.hex() for one in way.path),
        algorithm=key.algorithm,
        spki=bytes(key.spki).hex(),
        payload=payload.decode(),
        boot=batch.boot,
        seq=seq,
    )


def _payload(batch: SignedBatch) -> bytes:
    home: Path = settings.TANHENG.home / "segments"
    place = Place(segment=batch.segment, position=batch.position, length=batch.length)
    return Segments(home, known_end=lambda _segment: 0).read(place)


def _gateway_of(payload: bytes) -> str:
    """The gateway that signed: a meter may hang on another one by now."""
    return str(json.loads(split(payload).body)["meter"].split("/")[1].partition(".")[2])
