"""Certificates with which gateways sign in at the broker: issued once, revoked with the gateway or alone."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from kit import audit, clock
from lexicon.refusals import Refusal, refuse

from ingest.authority import Pair, issue_gateway, make_authority
from ingest.hot.models import BrokerCertificate, BrokerLogin
from ingest.models import Gateway
from tenants.access import Viewer

AUTHORITY = "mqtt-authority"


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key, which is not kept; authority: PEM by which the broker is known."""

    row: BrokerCertificate
    pair: Pair
    authority: str


@transaction.atomic
def issue(viewer: Viewer, gateway: Gateway, *, replace: bool = False) -> Issued:
    """A certificate and its key. replace: those issued before end at once, as when a key was lost; else they
    go on, so that a gateway changes over without being put out. Raises Refused unknown_gateway, no_tenant,
    broker_without_tls."""
    username = _username(viewer, gateway)
    if gateway.revoked_at is not None:
        refuse(Refusal.UNKNOWN_GATEWAY, gateway=gateway.id)
    if way() is None:
        refuse(Refusal.BROKER_WITHOUT_TLS)
    if replace:
        revoke(viewer, gateway)
    own = authority(settings.TANHENG.home / "keys")
    made = issue_gateway(own, username)
    row = BrokerCertificate.objects.create(
        serial=f"{made.certificate.serial_number:x}",
        username=username,
        issued_at=clock.now(),
        expires_at=made.certificate.not_valid_after_utc,
    )
    _log(viewer, "gateway.certificate", gateway, serial=row.serial)
    return Issued(row, made, own.certificate_pem.decode())


def listed(viewer: Viewer, gateway: Gateway) -> list[BrokerCertificate]:
    """A gateway's certificates, newest first. Raises Refused no_tenant."""
    rows = BrokerCertificate.objects.filter(username=_username(viewer, gateway))
    return list(rows.order_by("-issued_at", "serial"))


def revoke(viewer: Viewer, gateway: Gateway, *, serial: str | None = None) -> int:
    """Ends one certificate of a gateway, or all, as when one was lost; how many. Its password goes on.

    Raises Refused no_tenant, not_found (it has no such certificate).
    """
    rows = BrokerCertificate.objects.filter(username=_username(viewer, gateway))
    if serial is not None:
        rows = rows.filter(serial=serial)
        if not rows.exists():
            refuse(Refusal.NOT_FOUND)
    ended = rows.filter(revoked_at=None).update(revoked_at=clock.now())
    _log(viewer, "gateway.certificates.end", gateway, serial=serial or "", ended=ended)
    return ended


def authority_text() -> str:
    """The authority's certificate as PEM, by which gateways know the broker."""
    return authority(settings.TANHENG.home / "keys").certificate_pem.decode()


def way() -> tuple[str, int] | None:
    """Host and port where a certificate is a sign-in; None where the broker is not ours or has no TLS."""
    environment = settings.TANHENG
    alone = environment.mqtt_url or (environment.home / "mqtt" / "fallback").exists()
    if alone or not environment.mqtt_tls_port:
        return None
    return environment.mqtt_tls_hosts[0], environment.mqtt_tls_port


def _username(viewer: Viewer, gateway: Gateway) -> str:
    if viewer.tenant is None:
        refuse(Refusal.NO_TENANT)
    return f"{viewer.tenant.schema_name}.{gateway.id}"


def _log(viewer: Viewer, act: str, gateway: Gateway, **facts: object) -> None:
    audit.record(act, person=viewer.person, account=viewer.account, subject=gateway.id, **facts)


def revoked() -> list[tuple[int, str]]:
    """Serial numbers of certificates that let nobody in any more, also those of revoked gateways, each with
    the name that it gave."""
    gone = BrokerLogin.objects.exclude(revoked_at=None).values_list("username", flat=True)
    rows = BrokerCertificate.objects.exclude(revoked_at=None) | BrokerCertificate.objects.filter(
        username__in=list(gone)
    )
    return sorted((int(row.serial, 16), row.username) for row in rows)


def authority(keys: Path) -> Pair:
    """The home's own authority, made at first use and kept for its owner alone."""
    certificate, key = keys / f"{AUTHORITY}.pem", keys / f"{AUTHORITY}.key"
    if not certificate.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = make_authority()
        _write(key, made.key_pem)
        _write(certificate, made.certificate_pem)
    return Pair.load(certificate.read_bytes(), key.read_bytes())


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
