"""Published factor sets as the ledger has them: which is in force, how open periods come to go by it.

A period that was never submitted goes by the latest set of its line whose month has begun; one that was ever
submitted keeps what it was submitted with.
"""

import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from ledger.events import LedgerEvent
from lexicon.factor_lines import first_of, next_of, number_of
from lexicon.records import PublishedFactors, record

from accounting.chain.factor_models import FactorProposal, PublishedFactorSet
from accounting.domain.assembly import assemble
from accounting.domain.factor_effects import effect_of, grams_text
from accounting.domain.factors import FactorSet, factor_sets
from accounting.domain.registry import Guideline
from accounting.domain.succession import changes_of
from accounting.domain.trees import Json
from accounting.domain.year import is_year
from accounting.models import Report, ReportingPeriod
from accounting.services import standing, states
from accounting.services.gathering import setting_of, sources_of, with_months

log = logging.getLogger(__name__)

Sets = Mapping[str, str]


def project(event: LedgerEvent) -> None:
    """The read model of what two persons published; the same event again changes nothing."""
    for write in event.written("factors"):
        given = record(PublishedFactors, write.value or {})
        PublishedFactorSet.objects.get_or_create(
            factor_set=given.factor_set,
            defaults={
                "first": first_of(given.factor_set),
                "number": number_of(given.factor_set),
                "digest": given.digest,
                "succeeds": given.succeeds,
                "since": given.since,
                "simulation_digest": given.simulation_digest,
                "tx_id": event.tx_id,
                "block_number": event.block_number,
                "at": event.at,
            },
        )


def how_many() -> int:
    """How many sets are published."""
    return PublishedFactorSet.objects.count()


def text_of(name: str) -> str | None:
    """The text of a published set whose digest the ledger has; None for a set that is not published.

    None, too, where what is kept is not that text any more: nobody calculates with what two did not sign.
    """
    row = PublishedFactorSet.objects.filter(pk=name).first()
    if row is None:
        return None
    kept = FactorProposal.objects.filter(digest=row.digest).order_by("created_at")
    texts = kept.values_list("text", flat=True)
    found = next((text for text in texts if sha256(text.encode()).hexdigest() == row.digest), None)
    if found is None:
        log.error("the text of factor set %s is not the one that the ledger has the digest of", name)
    return found


def texts_for(guideline: Guideline) -> tuple[tuple[str, str], ...]:
    """Id and text of every published set that succeeds one of a guideline's, in order."""
    first = {name for names in guideline.factor_sets.values() for name in names}
    rows = PublishedFactorSet.objects.filter(first__in=first).order_by("first", "number")
    found = ((row.factor_set, text_of(row.factor_set)) for row in rows)
    return tuple((name, text) for name, text in found if text is not None)


def in_force(sets: Sets, period: str) -> dict[str, str]:
    """By role the latest published set of each line for a month or year; the line's own where none is.

    A year goes by what is in force in its last month; its months keep their own inside it.
    """
    last = f"{period}-12" if is_year(period) else period
    lines = {first_of(name) for name in sets.values()}
    rows = PublishedFactorSet.objects.filter(first__in=lines, since__lte=last).order_by("number")
    latest = {row.first: row.factor_set for row in rows if row.factor_set in factor_sets()}
    return {role: latest.get(first_of(name), name) for role, name in sets.items()}


def was_submitted(period: ReportingPeriod) -> bool:
    """Whether a version of the period ever left the enterprise's hands: it keeps its factor sets."""
    return Report.objects.filter(period=period).exclude(state="").exists()


def adopt(period: ReportingPeriod) -> bool:
    """Take an open period to the sets that are in force for it, with a line of its history; true if it moved.

    The line says which factors changed and what they do to the draft, in grams, from the same data. Before a
    year its months move, so that its line has what they do together.
    """
    if period.state not in standing.OPEN:
        return False
    after = in_force(period.factor_sets, period.period)
    if after == period.factor_sets or was_submitted(period):
        return False
    with transaction.atomic():
        rows = with_months(period)
        before = {row.pk: dict(row.factor_sets) for row in rows}
        for month in rows[1:]:
            adopt(month)
        # Two workers may see the same; one of them moves it.
        moved = ReportingPeriod.objects.filter(pk=period.pk, factor_sets=period.factor_sets).update(
            factor_sets=after
        )
        period.refresh_from_db(fields=["factor_sets"])
        if moved:
            now = {row.pk: dict(row.factor_sets) for row in with_months(period)} | {period.pk: after}
            states.note(period, "factors", **_facts(period, before, now))
    return bool(moved)


def _facts(period: ReportingPeriod, before: Mapping[UUID, Sets], now: Mapping[UUID, Sets]) -> dict[str, Any]:
    """What changed: sets, factors that the period may use, and their effects in grams, as text."""
    sources, sets = sources_of(period), dict(before)
    told: dict[str, Any] = {"sets": [], "changes": [], "effect_g": "0"}

    def data() -> dict[str, Json]:
        own = setting_of(period, lambda row: sets.get(row.pk, row.factor_sets))
        return assemble(own, sources).data

    for later in _steps(before, now):
        base, given = factor_sets()[later.succeeds], data()
        for row, own in now.items():
            if row not in sets:
                continue
            reached = {first_of(name): number_of(name) for name in own.values()}
            if reached.get(first_of(later.id), 0) >= number_of(later.id):
                sets[row] = {role: later.id if name == base.id else name for role, name in sets[row].items()}
        found, changes = effect_of(given, data(), base, later), changes_of(base, later)
        told["sets"].append({"before": base.id, "after": later.id, "since": later.since})
        told["changes"] += [
            changes[place].as_json() | {"effect_g": grams_text(grams)} for place, grams in found.by_factor
        ]
        told["effect_g"] = _added(told["effect_g"], found.grams)
    return told


def _steps(before: Mapping[UUID, Sets], now: Mapping[UUID, Sets]) -> list[FactorSet]:
    """Every published set between what periods went by and what they go by, in the order of each line."""
    names: set[str] = set()
    for row, new in now.items():
        for role, name in new.items():
            last = before.get(row, new).get(role, name)
            while number_of(last) < number_of(name):
                last = next_of(last)
                names.add(last)
    return [factor_sets()[name] for name in sorted(names, key=lambda name: (first_of(name), number_of(name)))]


def _added(text: str | None, grams: int | None) -> str | None:
    return None if text is None or grams is None else str(int(text) + grams)
