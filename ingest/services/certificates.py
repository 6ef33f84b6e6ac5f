"""Certificates with which gateways sign in at the broker: issued once, revoked with the gateway or alone."""

from pathlib import Path

from django.conf import settings
from kit import audit, clock
from lexicon.refusals import Refusal, refuse

from ingest.authority import Pair, issue_gateway, make_authority
from ingest.hot.models import BrokerCertificate, BrokerLogin
from ingest.models import Gateway
from tenants.access import Viewer

AUTHORITY = "mqtt-authority"


def issue(viewer: Viewer, gateway: Gateway) -> Pair:
    """A certificate and its key, which is not kept. Raises Refused unknown_gateway, no_tenant."""
    if viewer.tenant is None:
        refuse(Refusal.NO_TENANT)
    if gateway.revoked_at is not None:
        refuse(Refusal.UNKNOWN_GATEWAY, gateway=gateway.id)
    username = f"{viewer.tenant.schema_name}.{gateway.id}"
    made = issue_gateway(authority(settings.TANHENG.home / "keys"), username)
    BrokerCertificate.objects.create(
        serial=f"{made.certificate.serial_number:x}",
        username=username,
        issued_at=clock.now(),
        expires_at=made.certificate.not_valid_after_utc,
    )
    audit.record("gateway.certificate", person=viewer.person, account=viewer.account, subject=gateway.id)
    return made


def revoke(viewer: Viewer, gateway: Gateway) -> int:
    """Ends all certificates of a gateway, as when one was lost; how many. Its password goes on."""
    if viewer.tenant is None:
        refuse(Refusal.NO_TENANT)
    username = f"{viewer.tenant.schema_name}.{gateway.id}"
    ended = BrokerCertificate.objects.filter(username=username, revoked_at=None).update(
        revoked_at=clock.now()
    )
    audit.record("gateway.certificates.end", person=viewer.person, account=viewer.account, subject=gateway.id)
    return ended


def revoked_serials() -> list[int]:
    """Serial numbers of certificates that let nobody in any more, also those of revoked gateways."""
    gone = BrokerLogin.objects.exclude(revoked_at=None).values_list("username", flat=True)
    rows = BrokerCertificate.objects.exclude(revoked_at=None) | BrokerCertificate.objects.filter(
        username__in=list(gone)
    )
    return sorted(int(row.serial, 16) for row in rows)


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
