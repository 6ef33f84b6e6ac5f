"""How a plant is accounted: guideline, factor sets, region, streams with meters; checked before kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse
from lexicon.units import Unit

from accounting import metered
from accounting.domain.factors import factor_sets
from accounting.domain.registry import Guideline, guidelines
from accounting.domain.sheet_rows import units_of
from accounting.models import PlantModel, Report, ReportingPeriod, SourceStream
from accounting.services import states
from accounting.services.calculation import refresh
from accounting.services.factor_versions import in_force
from accounting.services.gathering import copied
from tenants.access import Viewer

_TWICE = "编号重复 / the id is used twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSpec:
    """A stream of a plant as it is set up. meters: target (`quantity`, `balance.sold`) to slugs."""

    slug: str
    kind: str
    item: str
    name_zh: str
    name_en: str
    unit: str = ""
    variant: str = ""
    meters: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A whole model as it is set up. sets: by role, those that are not the guideline's usual ones."""

    guideline: str
    streams: Sequence[StreamSpec]
    region: str = ""
    sets: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A model that fits its guideline and the plant's meters; the streams are rows that nobody has kept."""

    guideline: Guideline
    region: str
    sets: Mapping[str, str]
    streams: tuple[SourceStream, ...]


def checked(plant: str, spec: ModelSpec) -> Checked:
    """A model held against guideline, factor sets and meters; writes nothing.

    Raises Refused: not_found (plant), guideline_unknown, factor_set_unknown, stream_unknown, unknown_meter,
    field_invalid.
    """
    if metered.plant(plant) is None:
        refuse(Refusal.NOT_FOUND)
    found = guidelines().get(spec.guideline)
    if found is None:
        refuse(Refusal.GUIDELINE_UNKNOWN, guideline=spec.guideline)
    chosen = {role: names[0] for role, names in found.factor_sets.items()} | dict(spec.sets or {})
    _check_sets(found, chosen, spec.region)
    units = {meter.slug: meter.quantity_unit for meter in metered.meters(plant)}
    slugs = [one.slug for one in spec.streams]
    if len(set(slugs)) != len(slugs):
        refuse(Refusal.FIELD_INVALID, field="streams.slug", reason=_TWICE)
    streams = [_stream(plant, found, one, units, position) for position, one in enumerate(spec.streams)]
    return Checked(found, spec.region, chosen, tuple(streams))


@transaction.atomic
def set_model(viewer: Viewer, plant: str, spec: ModelSpec) -> PlantModel:
    """Say how a plant is accounted. Open periods follow; one that was ever submitted keeps its factor sets.

    Of an open month that was submitted before, streams and meters follow; a month that is not open keeps all,
    also when it is opened later: then the model is said once more, for that month.

    Raises Refused: see `checked`.
    """
    good = checked(plant, spec)
    model, _ = PlantModel.objects.update_or_create(
        plant=plant,
        defaults={
            "guideline": good.guideline.id,
            "region": good.region,
            "factor_sets": dict(good.sets),
            "changed_at": clock.now(),
        },
    )
    SourceStream.objects.filter(model=model).exclude(slug__in=[one.slug for one in good.streams]).delete()
    for one in good.streams:
        fields = ("kind", "item", "variant", "name_zh", "name_en", "unit", "meters", "position")
        SourceStream.objects.update_or_create(
            model=model, slug=one.slug, defaults={name: getattr(one, name) for name in fields}
        )
    locked = Report.objects.exclude(state="").values("period")
    for period in ReportingPeriod.objects.filter(plant=plant, state__in=states.OPEN).exclude(pk__in=locked):
        copy(period, guideline=good.guideline, region=good.region, sets=good.sets)
        period.save(update_fields=["guideline", "region", "factor_sets", "rule_version"])
        refresh(period)
    _take_over(viewer, model)
    audit.record("accounting.model", person=viewer.person, account=viewer.account, subject=plant)
    return model


def _take_over(viewer: Viewer, model: PlantModel) -> None:
    """Open months that were submitted before go by the model's streams from now on; factor sets stay."""
    kept = copied(model.streams.all())
    again = ReportingPeriod.objects.filter(plant=model.plant, state__in=states.OPEN).exclude(streams=[])
    for period in again.filter(guideline=model.guideline):
        if period.streams != kept:
            period.streams = kept
            period.save(update_fields=["streams"])
            states.note(period, "model", person=viewer.person)
            refresh(period)


def copy(row: ReportingPeriod, *, guideline: Guideline, region: str, sets: Mapping[str, str]) -> None:
    """A way of accounting kept in the period, so that the past never changes with the model.

    A year takes the version in force at its end; months of an earlier one keep theirs inside it. The model
    names each line of factor sets by its first; the period goes by the one that is in force for it.
    """
    row.guideline, row.region = guideline.id, region
    chosen = dict(sets)
    versions = guideline.versions_of([row.period])
    row.rule_version = versions[-1] if versions else ""
    fuel = next((one.fuel for one in guideline.rule_versions if one.id == row.rule_version), "")
    if fuel:
        chosen["fuel"] = fuel
    row.factor_sets = in_force(chosen, row.period)


def _stream(
    plant: str, guideline: Guideline, spec: StreamSpec, units: Mapping[str, str], position: int
) -> SourceStream:
    kind = guideline.stream_type(kind=spec.kind, item=spec.item)
    if kind is None:
        refuse(Refusal.STREAM_UNKNOWN, stream=f"{spec.kind}:{spec.item}"[:80])
    unit = spec.unit or kind.quantity_units[0]
    meters = {target: list(slugs) for target, slugs in (spec.meters or {}).items()}
    if unit not in kind.quantity_units or any(not units_of(kind, target) for target in meters):
        refuse(Refusal.FIELD_INVALID, field=spec.slug, reason=", ".join(kind.quantity_units))
    for slug in (slug for slugs in meters.values() for slug in slugs):
        if slug not in units or Unit(units[slug]).dimension != Unit(unit).dimension:
            refuse(Refusal.UNKNOWN_METER, meter=slug, plant=plant)
    return SourceStream(
        slug=spec.slug,
        kind=spec.kind,
        item=spec.item,
        variant=spec.variant,
        name_zh=spec.name_zh,
        name_en=spec.name_en,
        unit=unit,
        meters=meters,
        position=position,
    )


def _check_sets(guideline: Guideline, chosen: Mapping[str, str], region: str) -> None:
    for role, name in chosen.items():
        if name not in guideline.factor_sets.get(role, ()):
            refuse(Refusal.FACTOR_SET_UNKNOWN, factor_set=name[:40])
    grid = factor_sets().get(chosen.get("grid", ""))
    if grid is not None and grid.regional and region not in grid.regions:
        refuse(Refusal.FIELD_INVALID, field="region", reason=", ".join(grid.regions))
