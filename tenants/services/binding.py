"""Further keys of a person, and their end: intents signed by a key she has bound already."""

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.db import transaction
from kit import outbox
from lexicon.arguments import BindKey, NewKey, UnbindKey
from lexicon.codec import from_json
from lexicon.refusals import Refusal, Refused, refuse
from lexicon.signature import fingerprint
from lexicon.terms import KeyUse
from lexicon.transactions import Transaction

from tenants.access import Viewer
from tenants.models import BoundKey, Person
from tenants.network import network_hash
from tenants.services import intents
from tenants.services.keys import Possession, check_proof, keep_pending
from tenants.services.registrations import new_challenge

_SALT = "tenants.key.draft"
_AGE_S_MAX = 3600
# A recovery key may bind and unbind, and nothing else.
BINDERS = (KeyUse.SIGN, KeyUse.RECOVER)


def begin(viewer: Viewer) -> dict[str, str]:
    """Challenge for the proof of a new key, and the token that brings it back."""
    challenge = new_challenge()
    token = signing.dumps({"person": viewer.person, "challenge": challenge}, salt=_SALT)
    return {"token": token, "challenge": challenge, "network": network_hash()}


def challenge_of(viewer: Viewer, token: str) -> str:
    """The challenge that `begin` gave this viewer. Raises: Refused draft_expired."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=_AGE_S_MAX)
    except signing.BadSignature as error:
        raise Refused(Refusal.DRAFT_EXPIRED) from error
    if said["person"] != viewer.person:
        refuse(Refusal.DRAFT_EXPIRED)
    return str(said["challenge"])


def bind(viewer: Viewer, *, token: str, key: Mapping[str, Any], **signed: str) -> outbox.OutboxRow:
    """The outbox row of `bind_key`; the key counts when the ledger has it.

    Raises: Refused draft_expired, key_already_bound, those of a proof and of a signed intent.
    """
    new = from_json(NewKey, key, "key")
    possession = Possession(
        person=viewer.person, account=viewer.account, challenge=challenge_of(viewer, token)
    )
    check_proof(new, possession)
    with transaction.atomic():
        known = BoundKey.objects.filter(fingerprint=fingerprint(new.spki)).first()
        if known and (known.person_id != viewer.person or known.status != "pending"):
            refuse(Refusal.KEY_ALREADY_BOUND)
        row = intents.accept(
            viewer,
            name=Transaction.BIND_KEY,
            args=BindKey(person=viewer.person, key=new),
            signed=signed,
            subject=f"person:{viewer.person}",
            uses=BINDERS,
        )
        if known is None:
            keep_pending(Person.objects.get(pk=viewer.person), [new])
    return row


def unbind(viewer: Viewer, key: str, signed: Mapping[str, str]) -> outbox.OutboxRow:
    """The outbox row of `unbind_key`. Raises: Refused not_found, and those of a signed intent."""
    if not BoundKey.objects.filter(fingerprint=key, person_id=viewer.person, status="bound").exists():
        refuse(Refusal.NOT_FOUND)
    return intents.accept(
        viewer,
        name=Transaction.UNBIND_KEY,
        args=UnbindKey(person=viewer.person, fingerprint=key),
        signed=signed,
        subject=f"person:{viewer.person}",
        uses=BINDERS,
    )
