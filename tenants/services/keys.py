"""Public keys of people: proof of possession, and rows that wait for the ledger to bind them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit import clock
from lexicon.arguments import PROVE_KEY, NewKey
from lexicon.codec import from_json, to_json
from lexicon.intents import check, parse
from lexicon.refusals import Refusal, refuse
from lexicon.signature import fingerprint, verify
from lexicon.terms import KeyUse

from tenants.models import BoundKey, Person
from tenants.network import network_hash

# A person begins with these: one for this device, one on paper, one to open sealed figures.
FIRST_USES = (KeyUse.SIGN, KeyUse.RECOVER, KeyUse.DECRYPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Possession:
    """What a proof must say besides its key: whose it is, and the server's challenge."""

    person: str
    account: str
    challenge: str


def read_keys(given: Sequence[Mapping[str, Any]], possession: Possession) -> list[NewKey]:
    """The three first keys, each with a good proof (a decryption key cannot sign and has none).

    Raises: Refused bad_argument, key_missing, key_invalid, key_proof_invalid, key_already_bound.
    """
    keys = [from_json(NewKey, key, "keys") for key in given]
    if sorted(key.use for key in keys) != sorted(FIRST_USES):
        missing = next((use for use in FIRST_USES if use not in {key.use for key in keys}), "-")
        refuse(Refusal.KEY_MISSING, use=missing)
    for key in keys:
        check_proof(key, possession)
    prints = [fingerprint(key.spki) for key in keys]
    if len(set(prints)) < len(prints) or BoundKey.objects.filter(fingerprint__in=prints).exists():
        refuse(Refusal.KEY_ALREADY_BOUND)
    return keys


def check_proof(key: NewKey, possession: Possession) -> None:
    """Returns when the key is a P-256 key whose proof is signed by itself for this person and challenge.

    Raises: Refused key_invalid, key_proof_invalid, signature_invalid, network_mismatch, intent_expired,
    intent_valid_too_long, and those of a malformed intent.
    """
    fingerprint(key.spki)
    if key.use == KeyUse.DECRYPT:
        return
    if key.proof is None:
        refuse(Refusal.KEY_PROOF_INVALID, use=key.use)
    intent = parse(key.proof.intent.encode("utf-8"))
    check(intent, network=network_hash(), now=clock.now())
    said = (intent.name, intent.person, intent.account, dict(intent.args))
    args = {"use": str(key.use), "key": key.spki, "challenge": possession.challenge}
    if said != (PROVE_KEY, possession.person, possession.account, args):
        refuse(Refusal.KEY_PROOF_INVALID, use=key.use)
    verify(spki=key.spki, message=key.proof.intent.encode("utf-8"), signature=key.proof.signature)


def keep_pending(person: Person, keys: Sequence[NewKey]) -> None:
    """Rows for keys that count only when the ledger has bound them."""
    BoundKey.objects.bulk_create(
        BoundKey(
            fingerprint=fingerprint(key.spki),
            person=person,
            use=key.use,
            spki=key.spki,
            proof=json.dumps(to_json(key.proof), ensure_ascii=False) if key.proof else "",
            status="pending",
            created_at=clock.now(),
        )
        for key in keys
    )


def first_keys(person: Person) -> list[NewKey]:
    """The pending keys of a person as `activate` names them, in a fixed order of uses."""
    rows = {row.use: row for row in BoundKey.objects.filter(person=person, status="pending")}
    return [
        from_json(
            NewKey,
            {
                "use": use,
                "spki": rows[use].spki,
                "proof": json.loads(rows[use].proof) if rows[use].proof else None,
            },
        )
        for use in FIRST_USES
        if use in rows
    ]
