"""What rules add to a month's meters: lost hours, days without calibration; and the grades that follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from kit import clock

from accounting import metered
from accounting.domain.adjustments import (
    HOURS_A_DAY,
    Adjustment,
    Certificate,
    Feed,
    adjustments_of,
    uncovered,
)
from accounting.domain.assembly import BALANCE, QUANTITY, Typed
from accounting.domain.data_rules import data_rules
from accounting.domain.effects import OUTWARD
from accounting.domain.quality import Metered
from accounting.domain.registry import Guideline
from accounting.models import Calibration, SourceStream
from accounting.services.calibrations import last_day
from accounting.services.spans import month_span
from ingest.calendar import day_of
from ingest.models import Meter


@dataclass(frozen=True, slots=True)
class Supplements:
    """Meters with their days without calibration, and by stream what rules add."""

    metered: Mapping[str, Metered]
    adjustments: Mapping[str, tuple[Adjustment, ...]]


def supplements_of(
    plant: str,
    month: str,
    guideline: Guideline,
    streams: Sequence[SourceStream],
    typed: Mapping[str, Sequence[Typed]],
) -> Supplements:
    """The plant's meters of a month and what the guideline's rules add to those that feed its streams.

    Hours are only lost once the month is over; what a person typed is never added to.
    """
    first, last = month_span(month)
    meters = {row.slug: row for row in metered.meters(plant)}
    certificates = _certificates(plant, meters.values())
    rows = {
        row.meter: _graded(row, meters[row.meter], certificates.get(row.meter, ()), first, last)
        for row in metered.months(plant, month)
    }
    doubtful = _doubtful(rows.values(), certificates, first, last)
    feeds = {
        stream.slug: _feeds(stream, guideline, typed.get(stream.slug, ()), doubtful) for stream in streams
    }
    slugs = {slug for found in feeds.values() for _, slug, _ in found}
    if not slugs:
        return Supplements(rows, {})
    rules = data_rules()
    gap, calibration = rules.gaps[guideline.gap], rules.calibrations[guideline.calibration]
    window = timedelta(days=gap.window_days)
    days = metered.register_days(plant, slugs, first=first - window, last=last + window)
    adjustments = {
        stream: tuple(
            one
            for target, slug, raises in found
            for one in adjustments_of(
                Feed(
                    meter=slug,
                    target=target,
                    raises=raises,
                    step=Fraction(meters[slug].quantity_step),
                    days=days.get(slug, ()),
                    installed=day_of(meters[slug].valid_from),
                    certificates=certificates.get(slug, ()),
                    accuracy=rules.accuracies.get(meters[slug].medium),
                ),
                first=first, last=last, gap=gap, calibration=calibration,
            )
        )
        for stream, found in feeds.items()
    }  # fmt: skip
    return Supplements(rows, {stream: found for stream, found in adjustments.items() if found})


def _certificates(plant: str, meters: Iterable[Meter]) -> dict[str, tuple[Certificate, ...]]:
    """Certificates by meter, oldest first: the register's, and what the meter was set up with."""
    by_slug = {meter.slug: meter for meter in meters}
    found = {slug: plates for slug, meter in by_slug.items() if (plates := _plates(meter))}
    rows = Calibration.objects.filter(plant=plant, withdrawn_at=None).order_by("calibrated_on", "entered_at")
    for row in rows:
        meter = by_slug.get(row.meter)
        one = Certificate(
            since=row.calibrated_on,
            until=row.valid_until if meter is None else last_day(row, meter),
            required=None if row.required_percent is None else Fraction(row.required_percent) / 100,
            found=None if row.found_percent is None else Fraction(row.found_percent) / 100,
        )
        found.setdefault(row.meter, []).append(one)
    return {meter: tuple(listed) for meter, listed in found.items()}


def _plates(meter: Meter) -> list[Certificate]:
    """What a meter and those in its place before it were set up with; each holds while it stood there."""
    found, since = [], date.min
    for one in meter.exchanged:
        exchanged = date.fromisoformat(one["on"])
        if one["calibrated_until"]:
            until = min(date.fromisoformat(one["calibrated_until"]), exchanged)
            found.append(Certificate(since, until))
        since = exchanged
    if meter.calibrated_until is not None:
        found.append(Certificate(since, meter.calibrated_until))
    return found


def _graded(
    row: Metered, meter: Meter, certificates: Sequence[Certificate], first: date, last: date
) -> Metered:
    days = uncovered(certificates, first=first, last=last, installed=day_of(meter.valid_from))
    until = max((one.until for one in certificates if one.until <= last), default=row.calibrated_until)
    return replace(row, uncalibrated_days=len(days), calibrated_until=until if days else row.calibrated_until)


def _doubtful(
    rows: Iterable[Metered], certificates: Mapping[str, Sequence[Certificate]], first: date, last: date
) -> set[str]:
    """Meters that a rule may add something to; mostly none, so that no day needs to be read."""
    over = day_of(clock.now()) > last
    hours = ((last - first).days + 1) * HOURS_A_DAY
    return {
        row.meter
        for row in rows
        if (over and row.hours < hours)
        or row.uncalibrated_days
        or any(
            one.found is not None and one.required is not None and one.found > one.required
            for one in certificates.get(row.meter, ())
        )
    }


def _feeds(
    stream: SourceStream, guideline: Guideline, typed: Sequence[Typed], doubtful: set[str]
) -> list[tuple[str, str, bool]]:
    """Target, meter and whether more means more emissions, of the doubtful meters that a stream goes by."""
    kind = guideline.stream_type(kind=stream.kind, item=stream.item)
    names = {one.name for one in typed}
    if kind is None or not kind.has_line or QUANTITY in names:
        return []
    return [
        (target, slug, kind.deducts == (target.removeprefix(BALANCE) in OUTWARD))
        for target, slugs in stream.meters.items()
        if target not in names
        for slug in slugs
        if slug in doubtful
    ]
