"""A person's signed intent: compared with what the server would have shown, then queued for the ledger.

Owns the comparison and the check of the signature. What `args` must be is built by the caller from its own
data, never from the request. The ledger checks everything again.
"""

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from kit import clock, outbox
from kit.outbox import IntentMalformed, OutboxConflict, OutboxRow, SignedIntent
from ledger import network
from lexicon import canonical
from lexicon.refusals import Refusal, refuse
from lexicon.terms import KeyUse

from tenants.access import Viewer
from tenants.models import BoundKey

# Whose relay carries an account's intents: administrator and regulator share an organisation.
ORGANISATIONS = {"enterprise": "enterprise", "auditor": "auditor"}
SIGNATURE_BYTES = 64


@cache
def network_hash() -> str:
    """The network's name: hash of block 0, hex. Raises ledger.network.NoNetwork before there is one."""
    return network.load(settings.TANHENG.home).network


def receive(
    viewer: Viewer,
    body: Mapping[str, str],
    *,
    name: str,
    args: Mapping[str, Any] | None,
    key_use: str = KeyUse.SIGN,
) -> SignedIntent:
    """The intent in `body` (intent, signature, fingerprint), if it says exactly `name` and `args`.

    Without `args` the caller must hold the signed ones against its own data: an order's price is the person's.
    Raises: Refused not_canonical, network_mismatch, intent_expired, key_not_bound, key_use_wrong,
    signature_invalid, intent_not_as_shown (naming the field that differs).
    """
    intent = read(body)
    if intent.network != network_hash():
        refuse(Refusal.NETWORK_MISMATCH)
    if intent.not_after <= clock.now():
        refuse(Refusal.INTENT_EXPIRED, not_after=intent.not_after.isoformat())
    verify_signature(intent, person=viewer.person, key_use=key_use)
    shown = {"account": viewer.account, "person": viewer.person, "name": name}
    for field, value in shown.items():
        if getattr(intent, field) != value:
            refuse(Refusal.INTENT_NOT_AS_SHOWN, field=field)
    if args is not None and (differing := differing_field(intent.args, args)):
        refuse(Refusal.INTENT_NOT_AS_SHOWN, field=differing)
    return intent


def queue(
    viewer: Viewer, body: Mapping[str, str], *, name: str, args: Mapping[str, Any], subject: str
) -> OutboxRow:
    """Receive an intent and put it in the outbox; call it inside the caller's transaction.

    Raises: Refused as `receive`, and exists_with_other_content for an id used before.
    """
    return put(receive(viewer, body, name=name, args=args), viewer, subject=subject)


def put(intent: SignedIntent, viewer: Viewer, *, subject: str) -> OutboxRow:
    """A received intent in the outbox, carried by the relay of the viewer's organisation."""
    try:
        return outbox.enqueue(
            intent=intent,
            organisation=ORGANISATIONS.get(viewer.kind, "regulator"),
            subject=subject,
            tenant=viewer.tenant.schema_name if viewer.tenant else None,
        )
    except OutboxConflict:
        refuse(Refusal.EXISTS_WITH_OTHER_CONTENT)


def read(body: Mapping[str, str]) -> SignedIntent:
    """The intent of a request's body, parsed and not verified. Raises: Refused not_canonical."""
    try:
        return outbox.read_intent(
            text=body["intent"], signature=body["signature"], fingerprint=body["fingerprint"]
        )
    except IntentMalformed as error:
        refuse(Refusal.NOT_CANONICAL, reason=error.reason)


def verify_signature(intent: SignedIntent, *, person: str, key_use: str = KeyUse.SIGN) -> None:
    """Check the signature with a key that is bound to this person for this use. Raises: Refused."""
    key = BoundKey.objects.filter(fingerprint=intent.fingerprint, person_id=person, status="active").first()
    if key is None:
        refuse(Refusal.KEY_NOT_BOUND)
    if key.use != key_use:
        refuse(Refusal.KEY_USE_WRONG)
    if not signature_holds(spki=key.spki, signature=intent.signature, text=intent.text):
        refuse(Refusal.SIGNATURE_INVALID)


def signature_holds(*, spki: str, signature: str, text: str) -> bool:
    """Whether `signature` (base64url r||s) is over `text`, by the key `spki` (base64url DER)."""
    try:
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        public = load_der_public_key(base64.urlsafe_b64decode(spki + "=" * (-len(spki) % 4)))
        if len(raw) != SIGNATURE_BYTES or not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        half = SIGNATURE_BYTES // 2
        der = encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
        public.verify(der, text.encode(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def differing_field(signed: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """The first field (by name) in which two argument objects differ as canonical JSON; empty if none."""
    for field in sorted({*signed, *shown}):
        if field not in signed or field not in shown:
            return field
        if canonical.encode(signed[field]) != canonical.encode(shown[field]):
            return field
    return ""
