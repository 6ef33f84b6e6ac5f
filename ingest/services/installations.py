"""A meter's life on the ledger and under its gateway: registered, replaced, moved, put below a main meter."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from kit import audit, clock, outbox
from lexicon import canonical
from lexicon.arguments import GatewayKey as LedgerKey
from lexicon.arguments import RegisterMeter
from lexicon.evidence_arguments import ReplaceMeter
from lexicon.intents import instant_text
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Medium
from lexicon.transactions import Transaction
from lexicon.units import Unit

from ingest.calendar import day_of
from ingest.hot.models import Declaration, MeterIndex
from ingest.hours import Change
from ingest.models import Gateway, Meter
from ingest.services.declarations import declare
from ingest.services.plants import least_count_text
from ingest.units import value_text
from tenants.access import Viewer
from tenants.services.intents import accept


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A new register in the old one's place, with the same unit, least count and digits.

    at: when; old_end, new_start: the registers' values as text, of a rate meter the rates that the old one
    showed last and the new one first; seal: number of the seal on the new one.
    gateway: who publishes from now on; empty for the same as before.
    """

    at: datetime
    old_end: str
    new_start: str
    seal: str
    note: str
    gateway: str = ""


@transaction.atomic
def replace_meter(viewer: Viewer, meter: Meter, given: Replacement) -> Meter:
    """Declares the replacement, so that hours count across it, and begins the next installation.

    A register with another least count is another meter: its counts would be of another size. A rate has no
    register to count across: its hours are areas between readings, whoever showed them.
    Raises Refused field_invalid, unknown_gateway, and what `declare` refuses.
    """
    if given.at <= (meter.installed_at or meter.valid_from):
        refuse(
            Refusal.FIELD_INVALID,
            field="at",
            reason=f"> {instant_text(meter.installed_at or meter.valid_from)}",
        )
    declare(
        viewer,
        meter,
        change=Change.REPLACED,
        at=given.at,
        old_end=given.old_end,
        new_start=given.new_start,
        note=f"{given.seal} {given.note}".strip()[:200],
    )
    if given.gateway:
        move_meter(viewer, meter, given.gateway)
    # An installation that the ledger never saw is not followed by another there.
    if meter.chain != Meter.Chain.UNREGISTERED:
        meter.installation, meter.chain, meter.registered_tx = (
            meter.installation + 1,
            Meter.Chain.UNREGISTERED,
            "",
        )
    # Its days before the exchange go by the old one's certificate still.
    until = meter.calibrated_until.isoformat() if meter.calibrated_until else ""
    meter.exchanged = [*meter.exchanged, {"on": day_of(given.at).isoformat(), "calibrated_until": until}]
    meter.installed_at, meter.calibration, meter.calibrated_until = given.at, "", None
    meter.save()
    _log(viewer, "meter.replace", meter, at=given.at.isoformat(), seal=given.seal)
    return meter


@transaction.atomic
def move_meter(viewer: Viewer, meter: Meter, gateway: str) -> Meter:
    """From now on another gateway publishes for the meter; one at a time does. Raises unknown_gateway."""
    row = Gateway.objects.filter(pk=gateway, revoked_at=None).first()
    if row is None:
        refuse(Refusal.UNKNOWN_GATEWAY, gateway=gateway)
    if row.pk != meter.gateway_id:
        meter.gateway = row
        meter.save(update_fields=["gateway"])
        MeterIndex.objects.filter(pk=meter.index).update(gateway=row.pk, changed_at=clock.now())
        _log(viewer, "meter.move", meter, gateway=row.pk)
    return meter


@transaction.atomic
def set_main(viewer: Viewer, meter: Meter, main: Meter | None) -> Meter:
    """Which meter measures the whole of which this one is a part, for the day's balance.

    Raises Refused field_invalid where it is of another plant or dimension, or below this one itself.
    """
    if main is not None:
        same = Unit(main.quantity_unit).dimension == Unit(meter.quantity_unit).dimension
        if main.plant_id != meter.plant_id or not same or _is_below(main, meter):
            refuse(Refusal.FIELD_INVALID, field="main", reason=f"{meter.plant_id}, {meter.quantity_unit}")
    meter.main = main
    meter.save(update_fields=["main"])
    _log(viewer, "meter.main", meter, main=main.slug if main else "")
    return meter


def signing_of(viewer: Viewer, meter: Meter) -> tuple[Transaction, RegisterMeter | ReplaceMeter]:
    """What the enterprise signs to put a meter's present installation on the ledger."""
    installation = _installation(viewer, meter)
    if meter.installation == 0:
        return Transaction.REGISTER_METER, installation
    change = Declaration.objects.filter(meter_id=meter.index, change=Change.REPLACED).latest("t_ns")
    told = {
        "at": str(change.t_ns),
        "old_end": str(change.old_end),
        "new_start": str(change.new_start),
        "note": change.note,
    }
    return Transaction.REPLACE_METER, ReplaceMeter(
        installation=installation,
        final_value=value_text(change.old_end or 0, meter.least_count),
        start_value=value_text(change.new_start, meter.least_count),
        evidence_digest=sha256(canonical.encode(told)).hexdigest(),
    )


@transaction.atomic
def register_meter(viewer: Viewer, meter: Meter, signed: Mapping[str, str]) -> outbox.OutboxRow:
    """Queues the signed registration of a meter. Raises what `tenants.services.intents.accept` raises."""
    name, args = signing_of(viewer, meter)
    subject = f"meter:{meter.plant_id}/{meter.slug}"
    row = accept(viewer, name=name, args=args, signed=signed, subject=subject)
    if meter.chain == Meter.Chain.UNREGISTERED:
        meter.chain = Meter.Chain.PENDING
        meter.save(update_fields=["chain"])
    return row


def _installation(viewer: Viewer, meter: Meter) -> RegisterMeter:
    key = None
    if meter.gateway.fingerprint:
        spki = base64.urlsafe_b64encode(bytes(meter.gateway.spki)).rstrip(b"=").decode()
        key = LedgerKey(fingerprint=meter.gateway.fingerprint, algorithm=meter.gateway.algorithm, spki=spki)
    return RegisterMeter(
        account=viewer.account,
        plant=meter.plant_id,
        meter=meter.slug,
        n=meter.installation,
        medium=Medium(meter.medium),
        unit=meter.unit,
        least_count=least_count_text(meter.least_count),
        digits=meter.digits,
        gateway_key=key,
        valid_from=instant_text(meter.installed_at or meter.valid_from),
    )


def _is_below(meter: Meter, other: Meter) -> bool:
    """Whether a meter is the other one or stands below it."""
    above: Meter | None = meter
    while above is not None:
        if above.pk == other.pk:
            return True
        above = above.main
    return False


def _log(viewer: Viewer, act: str, meter: Meter, **facts: str) -> None:
    subject = f"{meter.plant_id}/{meter.slug}"
    audit.record(act, person=viewer.person, account=viewer.account, subject=subject, **facts)
