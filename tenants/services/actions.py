"""Acts of two persons: the second person's signed confirmation of what she saw."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from kit import outbox
from lexicon.arguments import Act, ConfirmAction
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ActionState
from lexicon.transactions import ACT_SIGNERS, OWN_ACTS, Transaction, to_args

from tenants.access import Viewer
from tenants.models import Registration, TwoStepAction
from tenants.services import intents, onboarding


def signing_of(action: TwoStepAction) -> dict[str, Any]:
    """What the second person signs: {name, args}."""
    args = ConfirmAction(action=action.id, digest=action.digest)
    return {"name": str(Transaction.CONFIRM_ACTION), "args": to_args(args)}


def may_confirm(viewer: Viewer, action: TwoStepAction) -> bool:
    """Whether this viewer can be the second person: another one, of the role the act asks for."""
    return (
        action.state == ActionState.PROPOSED
        and viewer.person != action.proposed_by
        and viewer.role in ACT_SIGNERS[Act(action.act)][1]
        and (Act(action.act) not in OWN_ACTS or viewer.account == action.account)
    )


def confirm(viewer: Viewer, action_id: str, signed: Mapping[str, str]) -> outbox.OutboxRow:
    """The outbox row of a confirmation.

    Raises: Refused action_unknown, action_not_proposed, same_person, no_permission; those of an intent.
    """
    with transaction.atomic():
        action = TwoStepAction.objects.select_for_update().filter(pk=action_id).first()
        if action is None:
            refuse(Refusal.ACTION_UNKNOWN, action=action_id)
        if action.state != ActionState.PROPOSED:
            refuse(Refusal.ACTION_NOT_PROPOSED, state=action.state)
        if viewer.person == action.proposed_by:
            refuse(Refusal.SAME_PERSON)
        if not may_confirm(viewer, action):
            refuse(
                Refusal.NO_PERMISSION, allowed="、".join(role.zh for role in ACT_SIGNERS[Act(action.act)][1])
            )
        shown = signing_of(action)
        row = intents.accept(
            viewer, name=shown["name"], args=shown["args"], signed=signed, subject=f"action:{action.id}"
        )
        registration = Registration.objects.filter(action=action.id).first()
        if registration:
            onboarding.mark_signed(registration, "confirm", row)
    return row
