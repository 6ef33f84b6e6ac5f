"""A plant's laws of physics: which kinds there are, trying them on a month, declaring them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from kit import clock
from lexicon.refusals import Refusal, refuse
from lexicon.units import Unit

from accounting import metered
from accounting.domain.witnesses import LawKind
from accounting.scan_models import PlantWitness
from accounting.services import witnessing
from accounting.services.spans import is_month
from tenants.access import Viewer

_UNKNOWN = "没有这些计量点 / no such meters: "
_EMPTY = "左右两侧都要有计量点 / both sides need meters"
_TWICE = "同一计量点只能用一次 / a meter stands once in a law: "
_MIXED = "单位不能相加或相比 / units that cannot be added or compared: "


def kinds() -> list[dict[str, Any]]:
    """Every kind of law: id, names, what it compares in words, tolerance in percent."""
    return [
        {
            "kind": kind.name.lower(),
            "words": {"zh": kind.value[1], "en": kind.value[2]},
            "formula": {"zh": kind.formula("zh"), "en": kind.formula("en")},
            "tolerance_percent": format(100 * kind.tolerance, ".2f"),
        }
        for kind in LawKind
    ]


def in_use(plant: str) -> dict[str, Any]:
    """The laws of a plant (slug, kind, meters of each side, whether it is a usual one), whether any is
    declared, and every kind that may be.

    Raises Refused: not_found (plant).
    """
    _known(plant)
    laws = [
        {
            "slug": one.law.slug,
            "usual": one.usual,
            "kind": one.law.kind.name.lower(),
            "left": list(one.left),
            "right": list(one.right),
        }
        for one in witnessing.laws_of(plant)
    ]
    declared = PlantWitness.objects.filter(plant=plant).exists()
    return {"laws": laws, "declared": declared, "kinds": kinds()}


@transaction.atomic
def declare(viewer: Viewer, plant: str, laws: Sequence[Mapping[str, Any]]) -> None:
    """Replace the laws that a plant declared; the usual ones hold besides. laws: slug, kind, left and right
    as lists of meters.

    Raises Refused: not_found (plant), field_invalid (a law that its meters do not allow).
    """
    _check(plant, laws)
    PlantWitness.objects.filter(plant=plant).delete()
    PlantWitness.objects.bulk_create(
        PlantWitness(plant=plant, person=viewer.person, changed_at=clock.now(), **law) for law in laws
    )


def attempt(plant: str, month: str, laws: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What laws would say of a month (`2026-06`), each as pages show a residual; nothing is kept.

    Raises Refused: period_invalid, and all of `declare`.
    """
    if not is_month(month):
        refuse(Refusal.PERIOD_INVALID, period=month[:20])
    _check(plant, laws)
    rows = [PlantWitness(plant=plant, **law) for law in laws]
    return witnessing.attempted(plant, month, rows)


def _known(plant: str) -> dict[str, str]:
    """The units of a plant's meters by slug. Raises Refused: not_found."""
    if metered.plant(plant) is None:
        refuse(Refusal.NOT_FOUND)
    return {meter.slug: meter.quantity_unit for meter in metered.meters(plant)}


def _check(plant: str, laws: Sequence[Mapping[str, Any]]) -> None:
    units = _known(plant)
    for law in laws:
        wrong = _wrong(law, units)
        if wrong:
            refuse(Refusal.FIELD_INVALID, field=law["slug"], reason=wrong)


def _wrong(law: Mapping[str, Any], units: Mapping[str, str]) -> str:
    """Why a plant's meters do not allow a law; "" when they do."""
    left, right = law["left"], law["right"]
    if not left or not right:
        return _EMPTY
    strange = {*left, *right} - set(units)
    if strange:
        return _UNKNOWN + ", ".join(sorted(strange))
    twice = {slug for slug in (*left, *right) if (*left, *right).count(slug) > 1}
    if twice:
        return _TWICE + ", ".join(sorted(twice))
    compared = [(*left, *right)] if law["kind"] == LawKind.SUBMETERS.name.lower() else [left, right]
    for slugs in compared:
        if mixed := _mixed(units[slug] for slug in slugs):
            return _MIXED + mixed
    return ""


def _mixed(units: Iterable[str]) -> str:
    """The units, when they are of more than one dimension."""
    found = sorted(set(units))
    return ", ".join(found) if len({Unit(one).dimension for one in found}) > 1 else ""
