"""From messages to a decision: reads meters, keys, sequences and standing points; writes nothing."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256

from lexicon.refusals import Refusal
from lexicon.topics import BadTopic, Kind, MeterPath, Reply, build_reply, parse
from proof.batches import BatchError, GatewayKey, verify

from ingest.calendar import SHANGHAI, day_of_ns
from ingest.decision import (
    BOOT_ASSIGNED,
    BOOT_UNSIGNED,
    Candidate,
    Decider,
    Decision,
    Held,
    Name,
    NewBatch,
)
from ingest.hot.models import Quarantine, SignedBatch
from ingest.intake import MeterFacts, Point
from ingest.message import Arrived, Receipt
from ingest.plain import Plain
from ingest.reading import Batch, Flawed, Single, Undecodable, decode
from ingest.routes import Route
from ingest.selectors.directory import Directory, NotFound
from ingest.sequences import SequenceSet
from ingest.series import Series
from ingest.services.chaining import Chains
from ingest.services.knowing import Known, beginning, held
from ingest.services.naming import Decoded, Numbers, name_readings

# As much of a payload that is too large as anybody would look at; a flood of them is no flood of the disk.
TOO_LARGE_KEPT = 4_096


def decide_plain(
    messages: Sequence[Arrived], *, directory: Directory, known: Known, now_ms: int
) -> tuple[Decision, list[Arrived]]:
    """The decision over what is plain among some messages, and the rest."""
    routes = directory.routes([message.topic for message in messages])
    known.load({route.meter for route in routes if route})
    plain = Plain(
        seen=known.seen,
        tops=known.tops,
        last_ns=known.last_ns,
        tails=known.tails,
        key_of=partial(_key_of, directory),
        now_ms=now_ms,
    )
    rest = plain.sort(messages, routes)
    decision = Decision(
        points=plain.points,
        blocks=plain.blocks,
        batches=plain.batches,
        taken=plain.taken(),
        plain=plain.fresh(),
    )
    return decision, rest


def _key_of(directory: Directory, route: Route, fingerprint: str, received_ms: int) -> GatewayKey | None:
    received = datetime.fromtimestamp(received_ms / 1000, UTC)
    return directory.key(route.facts, fingerprint, at=received)


def receipts_of(decision: Decision, known: Known, topic_of: Callable[[int], str]) -> list[Receipt]:
    """One receipt for each meter and signed boot of what was plain, when it has been learnt."""
    made, tails = [], known.tails
    for name in dict.fromkeys([one[:2] for one in decision.taken if one[1] > BOOT_UNSIGNED]):
        meter, boot = name
        to = _contiguous(known, meter, boot)
        seq1, digest = tails.get(name, _NO_TAIL)
        made.append(Receipt(topic_of(meter), boot, to, digest if seq1 == to else ""))
    return made


def unsigned_of(decision: Decision) -> Iterable[int]:
    """Meters of which plain unsigned readings came."""
    return [one[0] for one in decision.taken if one[1] == BOOT_UNSIGNED]


def unsigned_receipt(meter: int, known: Known, topic_of: Callable[[int], str]) -> Receipt | None:
    """What the gateway of a meter may forget of its unsigned readings; None where memory has been dropped."""
    seen = known.seen.get((meter, BOOT_UNSIGNED))
    if seen is None:
        return None
    to, since = _contiguous(known, meter, BOOT_UNSIGNED), seen.first if seen else 0
    return Receipt(topic_of(meter), BOOT_UNSIGNED, to, "", since=since)


def decide(
    messages: Sequence[Arrived], *, directory: Directory, series: Series, known: Known, now_ms: int
) -> tuple[Decision, list[Decoded]]:
    """The decision over some messages, in the order they came, and each message as it was read."""
    read = [_read(message, directory) for message in messages]
    known.load(one.meter.key for one in read if one.meter)
    stored = _stored_digests(read)
    assigned = Numbers.load(read, known.seen)
    for one in read:
        name_readings(one, stored=stored, numbers=assigned, now_ms=now_ms)
    broken = Chains(seen=known.seen, floors=known.floors, tails=known.tails).judge(read)
    everything = [candidate for one in read for candidate in one.candidates]
    old = known.recall(everything)
    decider = Decider(
        seen=known.seen,
        old=old,
        standing=_standing(everything, series, known),
        now_ms=now_ms,
        counted=_only_counted(everything, known, old),
    )
    for candidate in everything:
        decider.take(candidate)
    decision = decider.decision
    decision.assigned = assigned.new
    decision.held.extend(one.held for one in read if one.held)
    decision.held.extend(broken)
    decision.batches = _new_batches(read)
    for one in read:
        if one.repeated and one.meter and isinstance(one.content, Batch):
            decision.repeated[one.meter.key] += len(one.content.items)
    return decision, read


def receipts(read: Sequence[Decoded], known: Known) -> list[Receipt]:
    """One receipt for each meter and signed boot that was sent, and for each event or batch not accepted."""
    made: dict[tuple[str, int, str], Receipt] = {}
    for one in read:
        if one.content is None:
            if one.held is not None and (told := _unread_receipt(one.arrived, one.held.reason)):
                made[told.topic, told.boot, told.digest] = told
            continue
        if not isinstance(one.content, Batch):
            continue
        topic = build_reply(one.content.path, Reply.RECEIPT)
        if one.held is not None:
            digest = one.content.signed.digest
            made[topic, one.content.boot, digest] = Receipt(
                topic=topic, boot=one.content.boot, to=0, digest=digest, refused=one.held.reason.value
            )
        elif one.meter is not None:
            made[topic, one.content.boot, ""] = _receipt(topic, one.meter, one.content, known)
    return list(made.values())


def refused_receipt(message: Arrived, reason: Refusal) -> Receipt | None:
    """What the gateway of a batch that could not be stored is told, or it would send it for ever; None where
    the message is no batch."""
    try:
        content = decode(message.topic, message.payload)
    except Undecodable:
        return None
    if not isinstance(content, Batch):
        return None
    return Receipt(
        topic=build_reply(content.path, Reply.RECEIPT),
        boot=content.boot,
        to=0,
        digest=content.signed.digest,
        refused=reason.value,
    )


def unsigned(read: Sequence[Decoded]) -> list[int]:
    """Meters of which unsigned readings with a number of their own came."""
    return [
        one.meter.key
        for one in read
        if one.meter is not None and isinstance(one.content, Single) and one.content.item.seq is not None
    ]


def _unread_receipt(arrived: Arrived, reason: Refusal) -> Receipt | None:
    """Of an event, which is durable where people declare what it changes, and of a batch that cannot be read:
    by the digest of its body, as its gateway knows it. None where nobody waits."""
    try:
        path, kind = parse(arrived.topic)
    except BadTopic:
        return None
    if kind is Kind.READING:
        return None
    return Receipt(
        topic=build_reply(path, Reply.RECEIPT),
        boot=BOOT_ASSIGNED,
        to=0,
        digest=sha256(arrived.payload.partition(b"\n")[0]).hexdigest(),
        refused=reason.value,
    )


def _receipt(topic: str, meter: MeterFacts, batch: Batch, known: Known) -> Receipt:
    to = _contiguous(known, meter.key, batch.boot)
    digest = batch.signed.digest if batch.seq1 == to else ""
    return Receipt(topic=topic, boot=batch.boot, to=to, digest=digest)


def _contiguous(known: Known, meter: int, boot: int) -> int:
    """Up to which number nothing of a boot is missing; 0 where nothing of it is known."""
    seen = known.seen.get((meter, boot))
    return seen.contiguous_to(beginning(seen, boot)) if seen else 0


def _read(message: Arrived, directory: Directory) -> Decoded:
    try:
        content = decode(message.topic, message.payload)
    except Undecodable as error:
        known = _meter_of(message.topic, directory)
        return Decoded(message, None, known, held=held_message(message, error.reason, error.facts, known))
    meter = directory.meter(content.path)
    if isinstance(meter, NotFound):
        held = held_message(message, meter.reason, meter.facts, None)
        return Decoded(message, content, None, held=held)
    one = Decoded(message, content, meter)
    if isinstance(content, Batch) and (flaw := _signature_flaw(content, message, directory)):
        reason, seen = flaw
        facts = {"key": content.key, "boot": str(content.boot), "seq0": str(content.seq0)}
        one.held = held_message(message, reason, facts | seen, meter)
    return one


def _meter_of(topic: str, directory: Directory) -> MeterFacts | None:
    try:
        path, _ = parse(topic)
    except BadTopic:
        return None
    meter = directory.meter(path)
    return None if isinstance(meter, NotFound) else meter


def _signature_flaw(
    batch: Batch, message: Arrived, directory: Directory
) -> tuple[Refusal, dict[str, str]] | None:
    received = datetime.fromtimestamp(message.received_ms / 1000, UTC)
    key = directory.key(batch.path, batch.key, at=received)
    if key is None:
        ended = directory.revoked_at(batch.path, batch.key, at=received)
        if ended is None:
            return Refusal.BATCH_KEY_UNKNOWN, {}
        return Refusal.BATCH_KEY_REVOKED, {"revoked": f"{ended.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"}
    try:
        verify(batch.signed, key)
    except BatchError:
        return Refusal.BATCH_SIGNATURE_INVALID, {}
    return None


def held_message(message: Arrived, reason: Refusal, facts: dict[str, str], meter: MeterFacts | None) -> Held:
    """The quarantine's row of a whole message; one that is too large is cut, its digest is that of all."""
    path = _path_of(message.topic)
    too_large = reason is Refusal.MESSAGE_TOO_LARGE
    return Held(
        digest=sha256(message.topic.encode() + b"\n" + message.payload).hexdigest(),
        tenant=path.tenant if path else "",
        plant=path.plant if path else "",
        meter_name=path.meter if path else "",
        meter=meter.key if meter else None,
        topic=message.topic[:200],
        payload=message.payload[:TOO_LARGE_KEPT] if too_large else message.payload,
        reason=reason,
        facts=facts,
    )


def _path_of(topic: str) -> MeterPath | None:
    try:
        return parse(topic)[0]
    except BadTopic:
        return None


def _stored_digests(read: Sequence[Decoded]) -> set[tuple[int, str]]:
    wanted = [one.content.signed.digest for one in read if one.meter and isinstance(one.content, Batch)]
    if not wanted:
        return set()
    return set(SignedBatch.objects.filter(digest__in=wanted).values_list("meter_id", "digest"))


def _standing(
    candidates: Sequence[Candidate], series: Series, known: Known
) -> Mapping[tuple[int, int], Point]:
    """Points where a candidate could meet one: a name seen before, or a time not after the meter's newest."""
    keys = [
        (candidate.judged.meter, candidate.judged.t_ns)
        for candidate in candidates
        if isinstance(candidate.judged, Point)
        and (
            candidate.judged.t_ns <= known.last_ns.get(candidate.meter.key, 0)
            or candidate.seq in known.seen.get(candidate.name[:2], _NONE)
        )
    ]
    return series.at(keys) if keys else {}


def _only_counted(candidates: Sequence[Candidate], known: Known, old: Container[Name]) -> set[Name]:
    """Of readings that are refused again, those that a flood left as a number without a row."""
    again = [
        one
        for one in candidates
        if isinstance(one.judged, Flawed)
        and (one.seq in known.seen.get(one.name[:2], _NONE) or one.name in old)
    ]
    if not again:
        return set()
    names = {one.name for one in again}
    rows = Quarantine.objects.filter(
        meter_id__in={name[0] for name in names}, seq__in={name[2] for name in names}
    )
    return held(names) - set(rows.values_list("meter_id", "boot", "seq"))


_NONE = SequenceSet()
_NO_TAIL = (0, "")


def _new_batches(read: Sequence[Decoded]) -> list[NewBatch]:
    return [
        _new_batch(one.meter, one.content, one.arrived)
        for one in read
        if one.meter and isinstance(one.content, Batch) and one.held is None and not one.repeated
    ]


def _new_batch(meter: MeterFacts, batch: Batch, arrived: Arrived) -> NewBatch:
    return NewBatch(
        meter=meter,
        boot=batch.boot,
        seq0=batch.seq0,
        seq1=batch.seq1,
        digest=batch.signed.digest,
        previous=batch.previous,
        key=batch.key,
        payload=batch.signed.payload,
        day=_day_of(batch, arrived),
    )


def _day_of(batch: Batch, arrived: Arrived) -> date:
    """The day of a batch's first reading; of its arrival where that cannot be read."""
    first = batch.items[0].ts_ms
    return day_of_ns((arrived.received_ms if first is None else first) * 1_000_000)
