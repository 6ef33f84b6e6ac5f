"""Plants, gateways and meters of an enterprise; what storing readings needs of them is mirrored at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse
from lexicon.terms import Medium
from lexicon.topics import NAME, MeterPath
from lexicon.units import Unit
from proof.batches import BatchError, GatewayKey, check_key

from ingest.hot import models as hot_models
from ingest.intake import DIGITS_MAX
from ingest.models import Gateway, Meter, Plant
from ingest.passwords import hash_password
from tenants.access import Viewer

PASSWORD_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeter:
    """What a person says about a meter; see `ingest.models.Meter`."""

    plant: str
    slug: str
    name_zh: str
    name_en: str
    medium: Medium
    unit: Unit
    least_count: Decimal
    digits: int
    interval_s: int
    stream: str
    gateway: str
    valid_from: datetime
    calibration: str = ""
    calibrated_until: Any = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """A gateway's sign-in at the broker; the password is shown once and kept only as a hash."""

    gateway: Gateway
    username: str
    password: str


def create_plant(
    viewer: Viewer, *, plant: str, name_zh: str, name_en: str, sector: str = "", region: str = ""
) -> Plant:
    """A new plant. Raises Refused field_invalid, plant_exists."""
    _check_id("id", plant)
    row, made = Plant.objects.get_or_create(
        id=plant,
        defaults={
            "name_zh": name_zh,
            "name_en": name_en,
            "sector": sector,
            "region": region,
            "created_at": clock.now(),
        },
    )
    if not made:
        refuse(Refusal.PLANT_EXISTS, plant=plant)
    _log(viewer, "plant.create", plant)
    return row


@transaction.atomic
def create_gateway(viewer: Viewer, *, gateway: str, name: str, key: GatewayKey | None) -> Credentials:
    """A new gateway with its sign-in. key: the public half of a pair made on the device; without one its
    readings are unsigned (grade B). Raises Refused field_invalid, gateway_exists."""
    _check_id("id", gateway)
    _check_key(key)
    row, made = Gateway.objects.get_or_create(
        id=gateway,
        defaults={
            "name": name,
            "algorithm": key.algorithm if key else "",
            "fingerprint": key.fingerprint if key else "",
            "spki": key.spki if key else b"",
            "created_at": clock.now(),
        },
    )
    if not made:
        refuse(Refusal.GATEWAY_EXISTS, gateway=gateway)
    if key:
        _mirror_key(viewer, gateway, key)
    _log(viewer, "gateway.create", gateway)
    return _new_password(viewer, row)


@transaction.atomic
def renew_password(viewer: Viewer, gateway: Gateway) -> Credentials:
    """A new password for a gateway; the old one ends within seconds."""
    _log(viewer, "gateway.password", gateway.id)
    return _new_password(viewer, gateway)


@transaction.atomic
def revoke_gateway(viewer: Viewer, gateway: Gateway) -> Gateway:
    """The gateway may neither sign in nor sign from now on; what it sent before stays."""
    now = clock.now()
    gateway.revoked_at = gateway.revoked_at or now
    gateway.save(update_fields=["revoked_at"])
    tenant = _schema(viewer)
    hot_models.GatewayKey.objects.filter(tenant=tenant, gateway=gateway.id, revoked_at=None).update(
        revoked_at=now
    )
    hot_models.BrokerLogin.objects.filter(username=f"{tenant}.{gateway.id}", revoked_at=None).update(
        revoked_at=now, changed_at=now
    )
    _log(viewer, "gateway.revoke", gateway.id)
    return gateway


@transaction.atomic
def create_meter(viewer: Viewer, new: NewMeter) -> Meter:
    """A new meter of a plant, ready to receive.

    Raises Refused field_invalid, not_found (plant), unknown_gateway, meter_exists.
    """
    _check_meter(new)
    plant = Plant.objects.filter(pk=new.plant).first()
    if plant is None:
        refuse(Refusal.NOT_FOUND)
    gateway = Gateway.objects.filter(pk=new.gateway, revoked_at=None).first()
    if gateway is None:
        refuse(Refusal.UNKNOWN_GATEWAY, gateway=new.gateway)
    if Meter.objects.filter(plant=plant, slug=new.slug).exists():
        refuse(Refusal.METER_EXISTS, meter=new.slug, n=0)
    index = _mirror_meter(viewer, new)
    row = Meter.objects.create(
        plant=plant,
        gateway=gateway,
        index=index.pk,
        created_at=clock.now(),
        **{name: getattr(new, name) for name in NewMeter.__slots__ if name not in ("plant", "gateway")},
    )
    _log(viewer, "meter.create", f"{new.plant}/{new.slug}")
    return row


def least_count_text(least_count: Decimal) -> str:
    """A least count as plain decimal text without idle zeros."""
    return f"{least_count.normalize():f}"


def _new_password(viewer: Viewer, gateway: Gateway) -> Credentials:
    username, password = f"{_schema(viewer)}.{gateway.id}", secrets.token_urlsafe(PASSWORD_BYTES)
    hot_models.BrokerLogin.objects.update_or_create(
        username=username,
        defaults={
            "password_hash": hash_password(password),
            "changed_at": clock.now(),
            "revoked_at": gateway.revoked_at,
        },
    )
    return Credentials(gateway, username, password)


def _mirror_key(viewer: Viewer, gateway: str, key: GatewayKey) -> None:
    hot_models.GatewayKey.objects.get_or_create(
        tenant=_schema(viewer),
        gateway=gateway,
        fingerprint=key.fingerprint,
        # Readings that a gateway kept from before its registration are signed with the same key.
        defaults={"algorithm": key.algorithm, "spki": key.spki, "valid_from": clock.now()},
    )


def _mirror_meter(viewer: Viewer, new: NewMeter) -> hot_models.MeterIndex:
    return hot_models.MeterIndex.objects.create(
        tenant=_schema(viewer),
        account=viewer.account,
        plant=new.plant,
        meter=new.slug,
        gateway=new.gateway,
        unit=new.unit,
        least_count=new.least_count,
        digits=new.digits,
        interval_s=new.interval_s,
        valid_from=new.valid_from,
        changed_at=clock.now(),
    )


def _check_meter(new: NewMeter) -> None:
    _check_id("slug", new.slug)
    if new.least_count <= 0 or new.least_count != new.least_count.quantize(Decimal("0.00000001")):
        refuse(Refusal.FIELD_INVALID, field="least_count", reason="0.00000001 ..")
    if not 1 <= new.digits <= DIGITS_MAX:
        refuse(Refusal.FIELD_INVALID, field="digits", reason=f"1 .. {DIGITS_MAX}")
    if not 1 <= new.interval_s <= 86_400:
        refuse(Refusal.FIELD_INVALID, field="interval_s", reason="1 .. 86400")


def _check_id(field: str, text: str) -> None:
    try:
        MeterPath(tenant="t_0", gateway="g0", plant="p0", meter=text)
    except ValueError:
        refuse(Refusal.FIELD_INVALID, field=field, reason=NAME.pattern)


def _check_key(key: GatewayKey | None) -> None:
    if key is None:
        return
    try:
        check_key(key)
    except BatchError:
        refuse(Refusal.FIELD_INVALID, field="spki", reason="DER SubjectPublicKeyInfo, ed25519 / p256")


def _schema(viewer: Viewer) -> str:
    if viewer.tenant is None:
        refuse(Refusal.NO_TENANT)
    return str(viewer.tenant.schema_name)


def _log(viewer: Viewer, act: str, subject: str) -> None:
    audit.record(act, person=viewer.person, account=viewer.account, subject=subject)
