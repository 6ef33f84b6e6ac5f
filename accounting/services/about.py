"""What is to be said of the data behind a month: meters, what rules added, second sources, ranges."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from lexicon.terms import EvidenceKind
from lexicon.units import Rounding, Unit, convert, rounded

from accounting.domain.accreditation import about_accreditation
from accounting.domain.adjustments import HOURS_A_DAY, Cause
from accounting.domain.assembly import BALANCE, Assembled, Source
from accounting.domain.cross_checks import (
    Expected,
    about_expected,
    about_opening,
    about_sources,
    expected_of,
)
from accounting.domain.defaults import Defaults
from accounting.domain.exact import number, plain_text
from accounting.domain.quality import about_jump, about_meters
from accounting.domain.registry import guidelines
from accounting.domain.remarks import Name, Remark
from accounting.domain.statement import Inputs, Statement
from accounting.models import ActivityRecord, Evidence, ReportingPeriod
from accounting.services.spans import month_before, month_span

# Value and unit of a stream's typed values in earlier months, newest first, each with its month.
Earlier = Mapping[tuple[str, str], Sequence[tuple[str, Fraction, str]]]


Ranges = Mapping[str, Mapping[str, Expected]]


def about_data(
    period: ReportingPeriod, assembled: Assembled, statement: Statement
) -> tuple[list[Remark], Ranges]:
    """Remarks on the data behind a month's calculation, and what to expect of its typed values."""
    hours = month_span(period.period)[1].day * HOURS_A_DAY
    before = _lines_before(period)
    earlier = earlier_values(period)
    ranges = expected_ranges(assembled.sources, statement.inputs, earlier)
    remarks = _about_papers(period)
    for source in assembled.sources:
        remarks += about_meters(source.slug, source.metered, hours=hours)
        remarks += _about_rules(source)
        remarks += about_sources(source, _balance_of(statement.inputs, source))
        remarks += about_opening(source, _closing_before(period, source, earlier))
        own = [one for one in source.typed if one.origin != "default"]
        remarks += about_expected(source.slug, own, ranges.get(source.slug, {}))
        if any(not one.evidence for one in own):
            remarks.append(Remark(Name.evidence_missing, source.slug))
    for line in statement.lines:
        remarks += about_jump(line.stream.id, now_g=line.grams, before_g=before.get(line.stream.id))
    return remarks, ranges


def _about_papers(period: ReportingPeriod) -> list[Remark]:
    """What the numbers of the month's laboratories say."""
    rows = Evidence.objects.filter(period=period, kind=EvidenceKind.LAB_REPORT).order_by("created_at", "id")
    return [
        remark
        for row in rows
        for remark in about_accreditation(
            stream=row.stream, title=row.title, given=row.accreditation, reported_on=row.reported_on
        )
    ]


def earlier_values(period: ReportingPeriod) -> Earlier:
    """Typed values of the plant's year before a month, by stream and name, newest first."""
    year, month = period.period.split("-")
    since = f"{int(year) - 1}-{month}"
    rows = (
        ActivityRecord.objects.filter(
            period__plant=period.plant, period__period__lt=period.period, period__period__gte=since
        )
        .filter(period__period__contains="-")
        .exclude(origin="default")
        .order_by("-period__period")
    )
    found: dict[tuple[str, str], list[tuple[str, Fraction, str]]] = {}
    for month_, stream, name, text, unit in rows.values_list(
        "period__period", "stream", "name", "text", "unit"
    ):
        found.setdefault((stream, name), []).append((month_, number(text), unit))
    return found


def expected_ranges(
    sources: Iterable[Source], inputs: Inputs | None, earlier: Earlier
) -> dict[str, dict[str, Expected]]:
    """By stream and name what to expect of a typed value: of its own history, else of the default."""
    found: dict[str, dict[str, Expected]] = {}
    for source in sources:
        defaults = _defaults_of(inputs, source)
        names = {name for stream, name in earlier if stream == source.slug} | set(defaults)
        for name in sorted(names):
            values = [(value, unit) for _, value, unit in earlier.get((source.slug, name), ())]
            default, unit = defaults.get(name, (None, values[0][1] if values else ""))
            one = expected_of(values, default=default, unit=values[0][1] if values else unit)
            if one is not None:
                found.setdefault(source.slug, {})[name] = one
    return found


def _defaults_of(inputs: Inputs | None, source: Source) -> dict[str, tuple[Fraction, str]]:
    """Defaults of a stream's parameters as a range's middle; a calorific value has a remark of its own."""
    stream = next((one for one in inputs.streams if one.id == source.slug), None) if inputs else None
    if inputs is None or stream is None:
        return {}
    kind = guidelines()[inputs.guideline].stream_type(kind=source.kind, item=source.item)
    if kind is None:
        return {}
    found = {name: Defaults(inputs).default(kind, stream, name) for name in kind.parameters if name != "ncv"}
    # In the unit in which the default is published, which is the one that people know the value by.
    return {name: (number(one.given), one.given_unit) for name, one in found.items() if one and one.given}


def _balance_of(inputs: Inputs | None, source: Source) -> tuple[str, ...]:
    if inputs is None:
        return ()
    kind = guidelines()[inputs.guideline].stream_type(kind=source.kind, item=source.item)
    return kind.balance if kind else ()


def _closing_before(period: ReportingPeriod, source: Source, earlier: Earlier) -> Fraction | None:
    """Last month's closing stock in the stream's unit; None when nobody typed one."""
    before = month_before(period.period)
    for month, value, unit in earlier.get((source.slug, f"{BALANCE}closing"), ()):
        if month == before:
            return convert(value, Unit(unit), Unit(source.unit))
    return None


def _about_rules(source: Source) -> list[Remark]:
    """What rules added to a source's meters, and days that no rule could correct."""
    units = {one.meter: one.unit for one in source.metered}
    remarks = []
    corrected = set()
    for one in source.adjustments:
        facts = {
            "meter": one.meter,
            "unit": units.get(one.meter, source.unit),
            "added": plain_text(one.added),
        }
        if one.cause is Cause.GAP:
            facts |= {"hours": str(one.amount), "first": one.first.isoformat(), "last": one.last.isoformat()}
            facts |= {"premium": format(rounded(one.added - one.neutral, Rounding.CASE), "f")}
            remarks.append(Remark(Name.gap_substituted, source.slug, facts))
        else:
            corrected.add(one.meter)
            days = {"days": str(one.amount)}
            remarks.append(Remark(Name.calibration_corrected, source.slug, facts | days))
    for meter in source.metered:
        if meter.uncalibrated_days and meter.meter not in corrected and not source.used():
            facts = {"meter": meter.meter, "days": str(meter.uncalibrated_days)}
            remarks.append(Remark(Name.accuracy_unknown, source.slug, facts))
    return remarks


def _lines_before(period: ReportingPeriod) -> dict[str, int]:
    """Grams of each stream in the latest earlier month of the plant."""
    earlier = (
        ReportingPeriod.objects.filter(plant=period.plant, period__lt=period.period, result__isnull=False)
        .filter(period__contains="-")
        .order_by("-period")
        .first()
    )
    lines = (earlier.result or {}).get("lines", []) if earlier else []
    return {line["stream"]: int(line["grams"]) for line in lines}
