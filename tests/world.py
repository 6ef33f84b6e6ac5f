"""The people of the tests: two enterprises, an auditor, a regulator, administrators, a stranger.

Written once into the template database; every test sees them and rolls back what it changes. Keys are
derived from the names, so a test can sign as anybody without a key file. All ids are fixed.
"""

import base64
import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lexicon import canonical

BORN = datetime(2026, 1, 1, tzinfo=UTC)
NETWORK = "0f" * 32
PASSWORD = "correct horse battery"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
# n - 1 of P-256: private scalars are taken from 1 .. n - 1.
_ORDER_LESS_ONE = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the tests."""

    account: str
    kind: str
    name: str
    usci: str
    sector: str
    schema: str


HOUSES = {
    "alpha": House(
        "acc_alphaaaaaaaa", "enterprise", "甲发电有限公司", "91110000MA0000001L", "power", "t_000001"
    ),
    "beta": House(
        "acc_betaaaaaaaaa", "enterprise", "乙水泥有限公司", "91110000MA0000002P", "cement", "t_000002"
    ),
    "audit": House("acc_auditaaaaaaa", "auditor", "丙核查有限公司", "91110000MA0000003T", "", ""),
    "regulator": House("regulator", "regulator", "生态环境厅", "", "", ""),
    "administrator": House("administrator", "administrator", "平台运营方", "", "", ""),
}

# name -> (house, role); the stranger has a sign-in and no membership.
PEOPLE = {
    "alpha_head": ("alpha", "head"),
    "alpha_manager": ("alpha", "carbon_manager"),
    "alpha_trader": ("alpha", "trader"),
    "alpha_operator": ("alpha", "operator"),
    "beta_head": ("beta", "head"),
    "beta_manager": ("beta", "carbon_manager"),
    "beta_trader": ("beta", "trader"),
    "beta_operator": ("beta", "operator"),
    "lead_auditor": ("audit", "lead_auditor"),
    "technical_reviewer": ("audit", "technical_reviewer"),
    "approver": ("audit", "approver"),
    "second_inspector": ("audit", "lead_auditor"),
    "regulator_1": ("regulator", "regulator"),
    "regulator_2": ("regulator", "regulator"),
    "administrator_1": ("administrator", "administrator"),
    "administrator_2": ("administrator", "administrator"),
    "suspended": ("alpha", "carbon_manager"),
    "stranger": (None, ""),
}


def person_id(name: str) -> str:
    """The ledger id of a person of the tests: `per_` and 12 signs."""
    digest = base64.b32encode(hashlib.sha256(f"person {name}".encode()).digest()).decode().lower()
    return "per_" + digest[:12]


def email(name: str) -> str:
    """The sign-in address of a person of the tests."""
    return f"{name}@example.test"


def key_of(name: str, use: str = "sign") -> ec.EllipticCurvePrivateKey:
    """The private key of a person of the tests for one use."""
    seed = int.from_bytes(hashlib.sha256(f"{use} key of {name}".encode()).digest(), "big")
    return ec.derive_private_key(seed % _ORDER_LESS_ONE + 1, ec.SECP256R1())


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as it is bound: 91 bytes of SubjectPublicKeyInfo."""
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def fingerprint(name: str, use: str = "sign") -> str:
    """SHA-256 of the SPKI, hex."""
    return hashlib.sha256(spki(key_of(name, use))).hexdigest()


def b64(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(text: str, key: ec.EllipticCurvePrivateKey) -> str:
    """Raw r||s over SHA-256, base64url: as the browser signs."""
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def signed_intent(
    name: str,
    transaction: str,
    args: dict[str, object],
    *,
    network: str = NETWORK,
    intent_id: str = "",
    now: datetime,
) -> dict[str, str]:
    """The body of a write that needs a signature, signed by a person of the tests."""
    house, _ = PEOPLE[name]
    text = canonical.encode_text(
        {
            "v": 1,
            "network": network,
            "name": transaction,
            "args": args,
            "account": HOUSES[house].account if house else "",
            "person": person_id(name),
            "id": intent_id or str(uuid.uuid4()),
            "not_after": (now + timedelta(minutes=10)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    return {"intent": text, "signature": sign(text, key_of(name)), "fingerprint": fingerprint(name)}


def populate() -> None:
    """Write everybody into the database, with the two enterprises' schemas. Called once a template."""
    from tenants.models import Organisation
    from tenants.services.schemas import create_tenant

    for house in HOUSES.values():
        organisation = Organisation.objects.create(
            account=house.account, kind=house.kind, name=house.name, usci=house.usci, sector=house.sector,
            status="active", created_at=BORN,
        )  # fmt: skip
        if house.schema and create_tenant(organisation).schema_name != house.schema:
            raise AssertionError("tenants are numbered in the order they are made")
    for name, (house_name, role) in PEOPLE.items():
        add_person(name, HOUSES[house_name].account if house_name else "", role)


def add_person(name: str, account: str, role: str) -> None:
    """A person with a sign-in, a role in an organisation (or none) and bound keys."""
    from allauth.mfa.models import Authenticator

    from tenants.models import BoundKey, Membership, Person, User

    user = User.objects.create_user(email(name), PASSWORD)
    person = Person.objects.create(id=person_id(name), user=user, name=name, created_at=BORN)
    Authenticator.objects.create(user=user, type="totp", data={"secret": TOTP_SECRET})
    if account:
        status = "suspended" if name == "suspended" else "active"
        Membership.objects.create(
            person=person, organisation_id=account, role=role, status=status, created_at=BORN
        )
    BoundKey.objects.bulk_create(
        BoundKey(
            fingerprint=fingerprint(name, use), person=person, use=use, spki=b64(spki(key_of(name, use))),
            status="bound", valid_from=BORN, created_at=BORN,
        )
        for use in ("sign", "recover", "decrypt")
    )  # fmt: skip
