"""The calibration register: certificates of a plant's meters, entered and withdrawn, never changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse

from accounting import metered
from accounting.models import Calibration, Evidence
from ingest.calendar import day_of
from ingest.models import Meter
from tenants.access import Viewer

# A certificate holds for at most this long; a longer one is a slip of the year.
VALID_YEARS_MAX = 10
_TWICE = "证书编号已登记 / this certificate is registered already"
_ENDS = "有效期应在检定日期之后，且不超过十年 / after the calibration and within ten years"
_AHEAD = "检定日期不能晚于今天 / not after today"
_SHARE = "应在 0 到 100 之间 / between 0 and 100"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCalibration:
    """A certificate as it is entered; percents are of the reading, None where it does not say.

    serial: the number on the device.
    """

    plant: str
    meter: str
    certificate: str
    calibrated_on: date
    valid_until: date
    laboratory: str = ""
    serial: str = ""
    required_percent: Decimal | None = None
    found_percent: Decimal | None = None
    evidence: str | None = None


@transaction.atomic
def enter(viewer: Viewer, given: NewCalibration) -> Calibration:
    """A certificate in the register; open periods are calculated with it from now on.

    Raises Refused: unknown_meter, field_invalid, not_found (evidence).
    """
    if given.meter not in {row.slug for row in metered.meters(given.plant)}:
        refuse(Refusal.UNKNOWN_METER, meter=given.meter, plant=given.plant)
    _check(given)
    evidence = Evidence.objects.filter(pk=given.evidence).first() if given.evidence else None
    if given.evidence and evidence is None:
        refuse(Refusal.NOT_FOUND)
    same = Calibration.objects.filter(
        plant=given.plant, meter=given.meter, certificate=given.certificate, withdrawn_at=None
    )
    if same.exists():
        refuse(Refusal.FIELD_INVALID, field="certificate", reason=_TWICE)
    row = Calibration.objects.create(
        plant=given.plant,
        meter=given.meter,
        certificate=given.certificate,
        laboratory=given.laboratory,
        serial=given.serial,
        calibrated_on=given.calibrated_on,
        valid_until=given.valid_until,
        required_percent=given.required_percent,
        found_percent=given.found_percent,
        evidence=evidence,
        person=viewer.person,
        entered_at=clock.now(),
    )
    audit.record("accounting.calibration", person=viewer.person, account=viewer.account, subject=str(row.pk))
    return row


@transaction.atomic
def withdraw(viewer: Viewer, calibration_id: str) -> Calibration:
    """A certificate that counts no more. Raises Refused: not_found."""
    row = Calibration.objects.filter(pk=calibration_id, withdrawn_at=None).first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    row.withdrawn_by, row.withdrawn_at = viewer.person, clock.now()
    row.save(update_fields=["withdrawn_by", "withdrawn_at"])
    audit.record(
        "accounting.calibration_withdrawn", person=viewer.person, account=viewer.account, subject=str(row.pk)
    )
    return row


def holds(meter: Meter, day: date) -> bool:
    """Whether a certificate of a meter that was not withdrawn holds on a day."""
    rows = Calibration.objects.filter(plant=meter.plant_id, meter=meter.slug, withdrawn_at=None)
    return any(day <= last_day(row, meter) for row in rows.filter(calibrated_on__lte=day))


def last_day(row: Calibration, meter: Meter) -> date:
    """Until when a certificate holds: one that was there before the meter was exchanged is the old one's.

    Who enters an old one's certificate after the exchange says so by its end.
    """
    entered = day_of(row.entered_at)
    exchanges = (date.fromisoformat(one["on"]) for one in meter.exchanged)
    return min([row.valid_until, *(on for on in exchanges if entered < on)])


def _check(given: NewCalibration) -> None:
    if given.calibrated_on > clock.now().date():
        refuse(Refusal.FIELD_INVALID, field="calibrated_on", reason=_AHEAD)
    years = given.valid_until.year - given.calibrated_on.year
    if given.valid_until <= given.calibrated_on or years > VALID_YEARS_MAX:
        refuse(Refusal.FIELD_INVALID, field="valid_until", reason=_ENDS)
    for name in ("required_percent", "found_percent"):
        value = getattr(given, name)
        if value is not None and not 0 <= value < 100:
            refuse(Refusal.FIELD_INVALID, field=name, reason=_SHARE)
