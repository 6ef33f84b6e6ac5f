"""The first persons of an installation: sign-ins and key files here, keys bound by `initialise`."""

from __future__ import annotations

import base64
import secrets
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from kit import outbox
from kit.outbox import OutboxRow, ServiceCall
from lexicon.arguments import NewKey
from lexicon.canonical import Json
from lexicon.codec import from_json
from lexicon.market_arguments import Initialise
from lexicon.terms import ADMINISTRATOR_ACCOUNT, REGULATOR_ACCOUNT, AccountKind, OutboxState, Role
from lexicon.transactions import Transaction, to_args

from operations import key_files
from tenants.domain import new_id
from tenants.network import network_hash
from tenants.services.people import Founder, found, give_totp

PARAMETERS = Path(__file__).with_name("founding.toml")
NAMES = {AccountKind.ADMINISTRATOR: "平台管理方", AccountKind.REGULATOR: "监管机构"}
ACCOUNTS = {AccountKind.ADMINISTRATOR: ADMINISTRATOR_ACCOUNT, AccountKind.REGULATOR: REGULATOR_ACCOUNT}
ROLES = {AccountKind.ADMINISTRATOR: Role.ADMINISTRATOR, AccountKind.REGULATOR: Role.REGULATOR}
CHALLENGE_BYTES = 32
COMMITTED_WITHIN_S = 30.0
POLL_S = 0.1


class FoundingFailed(Exception):
    """The ledger did not take the first persons; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPerson:
    """Who is to be there before anybody can register."""

    kind: AccountKind
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What a person needs to sign in and to sign; shown once."""

    person: str
    account: str
    name: str
    email: str
    role: str
    key: Path
    password: str = field(repr=False)
    totp: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        """The same as JSON, secrets included: for the terminal of the one who made them."""
        return {
            "person": self.person,
            "account": self.account,
            "name": self.name,
            "email": self.email,
            "role": self.role,
            "password": self.password,
            "totp": self.totp,
            "key": str(self.key),
        }


def found_all(
    people: Sequence[FirstPerson], *, keys: Path, parameters: Mapping[str, Any]
) -> tuple[list[SignIn], OutboxRow]:
    """Sign-ins of all, and the outbox row of the `initialise` that binds their keys: all or nothing.

    keys: where the people's key files go; who holds them signs as these people, so that is no folder of the
    server's but in a demonstration.
    Raises Refused (email_registered), FileExistsError (of a key file), FoundingFailed without a network.
    """
    network = network_hash()
    if not network:
        raise FoundingFailed("there is no ledger network yet; `tanheng up` makes one")
    with transaction.atomic():
        made = [_found(one, keys=keys, network=network) for one in people]
        args = _initialise(network, [bound for _, bound in made], parameters)
        call = ServiceCall(name=Transaction.INITIALISE.value, args=args)
        row = outbox.enqueue(intent=call, organisation="regulator", subject="founding")
    return [sign_in for sign_in, _ in made], row


def wait_for(row: OutboxRow) -> OutboxRow:
    """The row when the ledger has it. Raises FoundingFailed when it refuses or does not answer in 30 s."""
    end = time.monotonic() + COMMITTED_WITHIN_S
    while time.monotonic() < end:
        row.refresh_from_db()
        if row.state == OutboxState.COMMITTED:
            return row
        if row.state in (OutboxState.REFUSED, OutboxState.EXPIRED):
            raise FoundingFailed(f"the ledger refused: {row.refusal} {row.refusal_facts}")
        time.sleep(POLL_S)
    raise FoundingFailed(
        "the ledger has not answered yet; the call waits in the outbox and goes up by itself"
    )


def read_parameters(path: Path | None = None) -> dict[str, Any]:
    """Market, verification and supplies of a founding file (the one that comes with us when None)."""
    return tomllib.loads((path or PARAMETERS).read_text(encoding="utf-8"))


def _found(one: FirstPerson, *, keys: Path, network: str) -> tuple[SignIn, dict[str, Json]]:
    person, account, role = new_id("per"), ACCOUNTS[one.kind], ROLES[one.kind]
    wallet = key_files.make_wallet(keys, one.email.split("@", 1)[0])
    challenge = base64.urlsafe_b64encode(secrets.token_bytes(CHALLENGE_BYTES)).decode().rstrip("=")
    holder = key_files.Holder(person=person, account=account, network=network, challenge=challenge)
    new_keys = wallet.new_keys(holder)
    password = secrets.token_urlsafe(12)
    row = found(
        Founder(
            person=person,
            name=one.name,
            email=one.email,
            password=password,
            kind=one.kind,
            account=account,
            organisation=NAMES[one.kind],
            role=role,
            keys=[from_json(NewKey, key, "keys") for key in new_keys],
        )
    )
    sign_in = SignIn(
        person=person,
        account=account,
        name=one.name,
        email=one.email,
        role=role.value,
        key=wallet.sign.path,
        password=password,
        totp=give_totp(row),
    )
    return sign_in, {"person": person, "account": account, "role": role.value, "keys": list(new_keys)}


def _initialise(
    network: str, persons: Sequence[dict[str, Json]], parameters: Mapping[str, Any]
) -> dict[str, Json]:
    given = {"network": network, "persons": list(persons), **parameters}
    return to_args(from_json(Initialise, given, "initialise"))
