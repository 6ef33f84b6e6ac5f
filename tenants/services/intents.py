"""Signed intents of people on their way to the outbox: what the server computed was signed, or nothing.

What `args` must be is built by the caller from its own data, never from the request. The ledger verifies
again with the keys in its own state; this check spares a person the wait for its refusal.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from django.db import transaction
from kit import audit, clock, outbox
from lexicon import canonical
from lexicon.intents import parse
from lexicon.refusals import Refusal, Refused, refuse
from lexicon.signature import verify
from lexicon.terms import AccountKind, KeyUse
from lexicon.transactions import to_args

from tenants.access import Viewer
from tenants.models import BoundKey
from tenants.network import network_hash

# Whose relay carries an account's intents: administrator and regulator share an organisation.
ORGANISATION_OF_KIND = {
    AccountKind.ENTERPRISE: "enterprise",
    AccountKind.AUDITOR: "auditor",
    AccountKind.REGULATOR: "regulator",
    AccountKind.ADMINISTRATOR: "regulator",
}
BOUND = "bound"
SIGN_ONLY = (KeyUse.SIGN,)


def accept(
    viewer: Viewer,
    *,
    name: str,
    args: object,
    signed: Mapping[str, str],
    subject: str,
    uses: tuple[KeyUse, ...] = SIGN_ONLY,
) -> outbox.OutboxRow:
    """The outbox row of a signed intent, in the caller's transaction; the same again gives the same row.

    name, args: what the intent must say (a dataclass of `lexicon.transactions`, or its JSON).
    signed: {"intent", "signature", "fingerprint"}. subject: what it is about, e.g. "period:<id>".
    Raises: Refused as `receive` and `put`.
    """
    return put(receive(viewer, signed, name=name, args=args, uses=uses), viewer, subject=subject)


def receive(
    viewer: Viewer,
    signed: Mapping[str, str],
    *,
    name: str,
    args: object | None,
    uses: tuple[KeyUse, ...] = SIGN_ONLY,
) -> outbox.SignedIntent:
    """The verified intent, if it says exactly `name` and `args`; nothing is stored.

    Without `args` the caller holds the signed ones against its own data: an order's price is the person's.
    Raises: Refused not_canonical, unsafe_text, network_mismatch, intent_not_as_shown (naming the field),
    intent_expired, key_not_bound, key_use_wrong, signature_invalid; in this order.
    """
    intent = read(signed)
    if intent.network != network_hash():
        refuse(Refusal.NETWORK_MISMATCH)
    _check_shown(intent, viewer=viewer, name=name, args=args)
    if intent.not_after <= clock.now():
        refuse(Refusal.INTENT_EXPIRED, not_after=intent.not_after.isoformat())
    _check_key(intent, viewer=viewer, uses=uses)
    return intent


def put(intent: outbox.SignedIntent, viewer: Viewer, *, subject: str) -> outbox.OutboxRow:
    """A received intent in the outbox, carried by the relay of the viewer's organisation.

    Raises: Refused exists_with_other_content for an id that was used for another text.
    """
    with transaction.atomic():
        try:
            row = outbox.enqueue(
                intent=intent,
                organisation=ORGANISATION_OF_KIND[AccountKind(viewer.kind)],
                subject=subject,
                tenant=viewer.tenant.schema_name if viewer.tenant else None,
            )
        except outbox.OutboxConflict:
            refuse(Refusal.EXISTS_WITH_OTHER_CONTENT)
        audit.record(
            f"sign.{intent.name}",
            person=viewer.person,
            account=viewer.account,
            subject=subject,
            intent=str(row.id),
        )
    return row


def queued(viewer: Viewer, intent: outbox.SignedIntent) -> outbox.OutboxRow | None:
    """The row of the very same signed text, when it was queued before, whatever has changed since."""
    found: outbox.OutboxRow | None = outbox.OutboxRow.objects.filter(
        pk=intent.id,
        account=viewer.account,
        person=viewer.person,
        intent_text=intent.text,
        signature=intent.signature,
    ).first()
    return found


def read(signed: Mapping[str, str]) -> outbox.SignedIntent:
    """The parts of a signed text; only its form is checked. Raises: Refused not_canonical, unsafe_text."""
    text = signed["intent"]
    try:
        parse(text.encode("utf-8"))
        return outbox.read_intent(text=text, signature=signed["signature"], fingerprint=signed["fingerprint"])
    except UnicodeEncodeError as error:
        raise Refused(Refusal.NOT_CANONICAL, reason="lone_surrogate") from error
    except outbox.IntentMalformed as error:
        raise Refused(Refusal.NOT_CANONICAL, reason=error.reason) from error


def _check_shown(intent: outbox.SignedIntent, *, viewer: Viewer, name: str, args: object | None) -> None:
    expected = {"name": name, "account": viewer.account, "person": viewer.person}
    for field, value in expected.items():
        if getattr(intent, field) != str(value):
            refuse(Refusal.INTENT_NOT_AS_SHOWN, field=field)
    if args is None:
        return
    shown: Any = to_args(args) if is_dataclass(args) else args
    if field := _difference(intent.args, canonical.decode_object(canonical.encode(shown))):
        refuse(Refusal.INTENT_NOT_AS_SHOWN, field=f"args.{field}")


def _difference(signed: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """The first key, in order, whose value differs or stands on one side only; empty when they are equal."""
    missing = object()
    for key in sorted({*signed, *shown}):
        if signed.get(key, missing) != shown.get(key, missing):
            return key
    return ""


def _check_key(intent: outbox.SignedIntent, *, viewer: Viewer, uses: tuple[KeyUse, ...]) -> None:
    key = BoundKey.objects.filter(
        fingerprint=intent.fingerprint, person_id=viewer.person, status=BOUND
    ).first()
    if key is None:
        refuse(Refusal.KEY_NOT_BOUND)
    if key.use not in uses:
        refuse(Refusal.KEY_USE_WRONG, use=key.use)
    verify(spki=key.spki, message=intent.text.encode("utf-8"), signature=intent.signature)
