"""What accounting asks of `tenants`: an account's schema, the keys a total is sealed to."""

from dataclasses import dataclass

from tenants import selectors
from tenants.models import Organisation, Tenant


@dataclass(frozen=True, slots=True)
class DecryptKey:
    """A bound decryption key: fingerprint (hex) and public key (SPKI, base64url)."""

    fingerprint: str
    spki: str


def tenant_of(account: str) -> Tenant | None:
    """The schema of an enterprise's account, or None."""
    found: Tenant | None = Tenant.objects.filter(organisation_id=account).first()
    return found


def organisation_of(account: str) -> Organisation | None:
    """The organisation behind a ledger account, or None."""
    return Organisation.objects.filter(pk=account).first()


def decrypt_keys(*accounts: str) -> list[DecryptKey]:
    """The bound decryption keys of all members of some accounts, in a fixed order."""
    keys = {
        row.fingerprint: DecryptKey(row.fingerprint, row.spki)
        for account in accounts
        for row in selectors.decryption_keys(account)
    }
    return [keys[fingerprint] for fingerprint in sorted(keys)]


def names(persons: list[str]) -> dict[str, str]:
    """Names for person ids, as organisations know them; ids nobody knows are left out."""
    return {person: row.name for person, row in selectors.people(persons).items()}
