"""New keys for a person who lost hers: she asks, two others act.

The new keys are made in her browser and proved here; helpers sign what she asked for and nothing else. Two
colleagues do it at once, administrator and regulator after 72 h (`lexicon.acts`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from kit import audit, clock
from lexicon import canonical
from lexicon.act_arguments import Rebind
from lexicon.arguments import Act
from lexicon.refusals import Refusal, Refused, refuse
from lexicon.terms import ActionState, Role
from lexicon.transactions import to_args

from tenants.access import Viewer
from tenants.models import BoundKey, Membership, Person, TwoStepAction
from tenants.recovery_models import KeyRecovery
from tenants.services.binding import challenge_of
from tenants.services.keys import Possession, read_keys

# States of an act in which the request that it follows from is being dealt with.
LIVE = (ActionState.PROPOSED, ActionState.CONFIRMED, ActionState.EXECUTED)


def ask(viewer: Viewer, *, token: str, keys: Sequence[Mapping[str, Any]], reason: str) -> KeyRecovery:
    """A new request in the place of an older one; all keys that are bound now are to end.

    Raises: Refused draft_expired, those of keys and proofs, rebind_pending (an act is under way).
    """
    possession = Possession(
        person=viewer.person, account=viewer.account, challenge=challenge_of(viewer, token)
    )
    new = read_keys(keys, possession)
    lost = BoundKey.objects.filter(person_id=viewer.person, status="bound").values_list(
        "fingerprint", flat=True
    )
    args = Rebind(account=viewer.account, person=viewer.person, keys=tuple(new), ended=tuple(sorted(lost)))
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=viewer.person)
        for standing in KeyRecovery.objects.filter(person_id=viewer.person, withdrawn_at=None):
            _close(standing)
        row = KeyRecovery.objects.create(
            person_id=viewer.person,
            account=viewer.account,
            act_args=canonical.encode_text(to_args(args)),
            reason=reason,
            created_at=clock.now(),
        )
        audit.record(
            "recovery.ask", person=viewer.person, account=viewer.account, subject=f"person:{viewer.person}"
        )
    return row


def withdraw(viewer: Viewer, which: str) -> None:
    """Her own request taken back. Raises: Refused not_found, rebind_pending."""
    row = KeyRecovery.objects.filter(pk=which, person_id=viewer.person, withdrawn_at=None).first()
    if row is None:
        refuse(Refusal.NOT_FOUND)
    _close(row)


def act_for(viewer: Viewer, row: KeyRecovery) -> Act | None:
    """The act by which this viewer can begin to help; None where she cannot."""
    if viewer.person == row.person_id or row.withdrawn_at or live_action(row):
        return None
    if viewer.account == row.account and _colleagues(row) > 1:
        return Act.REBIND_COLLEAGUE
    return Act.REBIND if viewer.role is Role.ADMINISTRATOR else None


def live_action(row: KeyRecovery) -> TwoStepAction | None:
    """The act that follows from the request, unless it was withdrawn or its time ran out."""
    if not row.action:
        return None
    found: TwoStepAction | None = TwoStepAction.objects.filter(pk=row.action, state__in=LIVE).first()
    return found


def check(viewer: Viewer, args: Rebind) -> None:
    """A proposal says what she asked for. Raises: Refused person_unknown, same_person, recovery_not_asked."""
    if not Membership.objects.filter(organisation_id=args.account, person_id=args.person).exists():
        refuse(Refusal.PERSON_UNKNOWN)
    if viewer.person == args.person:
        refuse(Refusal.SAME_PERSON)
    if _standing(args) is None:
        refuse(Refusal.RECOVERY_NOT_ASKED)


def proposed(args: object, action: str) -> None:
    """Note which act follows from a request."""
    if isinstance(args, Rebind) and (row := _standing(args)):
        row.action = action
        row.save(update_fields=["action"])


def _standing(args: Rebind) -> KeyRecovery | None:
    asked = canonical.encode_text(to_args(args))
    found: KeyRecovery | None = KeyRecovery.objects.filter(
        person_id=args.person, account=args.account, withdrawn_at=None, act_args=asked
    ).first()
    return found


def _close(row: KeyRecovery) -> None:
    action = live_action(row)
    if action is not None and action.state != ActionState.EXECUTED:
        raise Refused(Refusal.REBIND_PENDING, action=action.id)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])


def _colleagues(row: KeyRecovery) -> int:
    """Others of her account who can act: two are needed."""
    others = Membership.objects.filter(organisation_id=row.account, status="active")
    return others.exclude(person_id=row.person_id).count()
