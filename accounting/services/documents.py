"""Documents of a period against its lines: what the radar read of each file, held against what it must show.

The same for the enterprise's pre-check and its auditor's page. What was read lies encrypted, and is read anew
each time; nothing of it is kept here.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kit import schema
from lexicon.units import Unit, convert

from accounting import metered, vault
from accounting.domain.assembly import BALANCE, QUANTITY
from accounting.domain.documents.frame import Certificate, Document, Frame, Line, Value
from accounting.domain.documents.reading import Sheet, sheet_of
from accounting.domain.documents.remarks import PaperRemark
from accounting.domain.documents.rules import paper_rules
from accounting.domain.documents.sums import check_documents
from accounting.domain.exact import is_number, number, plain_text
from accounting.domain.year import is_year, slug_of
from accounting.models import Calibration, Evidence, Report, ReportingPeriod
from accounting.services.freezing import loads
from accounting.services.gathering import streams_in
from accounting.services.radar import traits_name
from accounting.services.spans import last_day_of, month_span
from tenants.models import Tenant

# A text of fewer characters is a page number or a stamp on a scan, not what the scan says.
TEXT_MIN = 12
FUEL = "fuel"
log = logging.getLogger(__name__)


def remarks_of(
    period: ReportingPeriod, given: Mapping[str, Any] | None = None
) -> dict[str, list[PaperRemark]]:
    """Remarks on the files of a period that were read, by id. given: the input of a frozen statement, else
    that of the last calculation."""
    rows = Evidence.objects.filter(period=period, kind__in=list(paper_rules().kinds))
    scanned = rows.exclude(scan=None).exclude(scan__scanned_at=None).select_related("scan")
    files = list(scanned.prefetch_related("records").order_by("created_at", "id"))
    if not files:
        return {}
    frame = frame_of(period, given if given is not None else (period.result or {}).get("input", {}))
    return check_documents([_document(row, frame, period) for row in files], frame)


def has_demands(row: Evidence) -> bool:
    """Whether a file's kind must show anything."""
    return row.kind in paper_rules().kinds


def attach(rows: Iterable[Evidence], frozen: Report | None = None) -> list[Evidence]:
    """Files with `paper_remarks`, as routes give them. frozen: the statement whose own input counts."""
    listed = list(rows)
    periods = {row.period_id: row.period for row in listed if row.period is not None}
    told: dict[str, list[PaperRemark]] = {}
    for period in periods.values():
        told |= remarks_of(period, input_of(frozen, period))
    for row in listed:
        row.paper_remarks = [one.as_json() for one in told.get(str(row.pk), ())]  # type: ignore[attr-defined]
    return listed


def input_of(frozen: Report | None, period: ReportingPeriod) -> Mapping[str, Any] | None:
    """The input of a frozen statement for its own period; None for any other, whose result counts."""
    if frozen is None or frozen.period_id != period.pk:
        return None
    found: Mapping[str, Any] = loads(frozen.content)["input"]
    return found


def frame_of(period: ReportingPeriod, given: Mapping[str, Any]) -> Frame:
    """What the documents of a period are held against."""
    owner = schema.current()
    organisation = owner.organisation if isinstance(owner, Tenant) else None
    last = last_day_of(period.period)
    first = last.replace(month=1, day=1) if is_year(period.period) else month_span(period.period)[0]
    rows = Calibration.objects.filter(plant=period.plant, withdrawn_at=None).order_by("calibrated_on", "pk")
    return Frame(
        first=first,
        last=last,
        enterprise=organisation.name if organisation else "",
        usci=organisation.usci if organisation else "",
        lines=_lines(period, given.get("streams", ())),
        meters={row.slug: (row.name_zh, row.name_en) for row in metered.meters(period.plant)},
        register=tuple(_certificate(row) for row in rows),
    )


def _lines(period: ReportingPeriod, given: Sequence[Mapping[str, Any]]) -> dict[str, Line]:
    values: dict[str, dict[str, Value]] = {}
    for stream in given:
        mine = values.setdefault(slug_of(str(stream["id"])), {})
        for one in _values(stream):
            mine[one.name] = _sum(mine[one.name], one) if one.name in mine else one
    return {
        row.slug: Line(
            slug=row.slug,
            names=(row.name_zh, row.name_en),
            fuel=row.kind == FUEL,
            values=values.get(row.slug, {}),
            meters=tuple(dict.fromkeys(slug for bound in row.meters.values() for slug in bound)),
        )
        for row in streams_in(period)
    }


def _values(stream: Mapping[str, Any]) -> Iterable[Value]:
    """Activity and measured parameters of one stream of an input. In a year only what can be added up."""
    slug, in_year = slug_of(str(stream["id"])), bool(stream.get("period"))
    if quantity := stream.get("quantity"):
        yield _value(slug, QUANTITY, quantity["value"], quantity["unit"])
    for name, text in (stream.get("balance") or {}).items():
        if name != "unit" and not in_year:
            yield _value(slug, f"{BALANCE}{name}", text, stream["balance"]["unit"])
    for name, table in (stream.get("parameters") or {}).items():
        if not in_year and table.get("source") == "measured" and is_number(table.get("value")):
            yield _value(slug, name, table["value"], table["unit"])


def _value(stream: str, name: str, text: str, unit: str) -> Value:
    return Value(stream=stream, name=name, value=number(text), unit=unit, printed=text)


def _sum(one: Value, two: Value) -> Value:
    """Two months' quantities of a stream, in the unit of the first."""
    value: Fraction = one.value + convert(two.value, Unit(two.unit), Unit(one.unit))
    return Value(stream=one.stream, name=one.name, value=value, unit=one.unit, printed=plain_text(value))


def _document(row: Evidence, frame: Frame, period: ReportingPeriod) -> Document:
    supports = []
    for record in row.records.all():
        line = frame.lines.get(record.stream) if record.period_id == period.pk else None
        if line is not None and record.name in line.values:
            supports.append(line.values[record.name])
    return Document(
        id=str(row.pk),
        kind=row.kind,
        title=row.title,
        stream=row.stream,
        sheet=_sheet(row),
        accreditation=row.accreditation,
        supports=tuple(supports),
    )


def _sheet(row: Evidence) -> Sheet | None:
    """The fields of a file, or None where no text could be read."""
    if not row.scan.readable:
        return None
    try:
        told = json.loads(vault.load(traits_name(row), digest=row.scan.traits_sha256))
    except vault.VaultError as damaged:
        log.error("what was read of %s is damaged: %s", row.pk, damaged)  # noqa: TRY400 (no traceback of secrets)
        return None
    text = str(told["text"])
    return sheet_of(text) if len("".join(text.split())) >= TEXT_MIN else None


def _certificate(row: Calibration) -> Certificate:
    def share(given: Any) -> Fraction | None:
        return None if given is None else Fraction(given)

    return Certificate(
        meter=row.meter,
        number=row.certificate,
        serial=row.serial,
        calibrated_on=row.calibrated_on,
        valid_until=row.valid_until,
        allowed=share(row.required_percent),
        error=share(row.found_percent),
    )
