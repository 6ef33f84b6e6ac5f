"""What accounting asks of `tenants`: whose schema an account has, which keys a total is sealed to, who may audit."""

from dataclasses import dataclass

from lexicon.terms import AccountKind, KeyUse, Role

from tenants.models import BoundKey, Membership, Organisation, Tenant

BOUND = "bound"
ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class DecryptKey:
    """A bound decryption key: fingerprint (hex) and public key (SPKI, base64url)."""

    fingerprint: str
    spki: str


def tenant_of(account: str) -> Tenant | None:
    """The schema of an enterprise's account, or None."""
    return Tenant.objects.filter(organisation_id=account).first()


def organisation_of(account: str) -> Organisation | None:
    """The organisation behind a ledger account, or None."""
    return Organisation.objects.filter(pk=account).first()


def names_of(accounts: list[str]) -> dict[str, str]:
    """Names of organisations by account."""
    return dict(Organisation.objects.filter(pk__in=accounts).values_list("account", "name"))


def auditors() -> list[str]:
    """Accounts of active auditors that have all three roles filled: only they can finish a case."""
    needed = {Role.LEAD_AUDITOR, Role.TECHNICAL_REVIEWER, Role.APPROVER}
    found = []
    for organisation in Organisation.objects.filter(kind=AccountKind.AUDITOR, status=ACTIVE).order_by(
        "account"
    ):
        roles = set(
            Membership.objects.filter(organisation=organisation, status=ACTIVE).values_list("role", flat=True)
        )
        if needed <= roles:
            found.append(organisation.account)
    return found


def decrypt_keys(*accounts: str) -> list[DecryptKey]:
    """The bound decryption keys of all active members of some accounts, in a fixed order."""
    rows = (
        BoundKey.objects.filter(
            use=KeyUse.DECRYPT,
            status=BOUND,
            person__memberships__organisation_id__in=accounts,
            person__memberships__status=ACTIVE,
        )
        .distinct()
        .order_by("fingerprint")
    )
    return [DecryptKey(row.fingerprint, row.spki) for row in rows]
