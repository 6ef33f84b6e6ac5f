"""Acts of two persons: the second person's word on what she saw, the withdrawal, the carrying out."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.db import transaction
from kit import clock, outbox
from lexicon.arguments import Act, ConfirmAction, ExecuteAction, WithdrawAction
from lexicon.intents import instant_from_text
from lexicon.refusals import Refusal, refuse
from lexicon.terms import ActionState
from lexicon.transactions import ACT_SIGNERS, OWN_ACTS, Transaction, to_args

from tenants import selectors
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
        and not _is_helped(viewer, action)
    )


def may_withdraw(viewer: Viewer, action: TwoStepAction) -> bool:
    """Whether this viewer can take the act back: either role; while it waits, everybody whom it touches."""
    if action.state == ActionState.CONFIRMED and viewer.account == action.account:
        return True
    return action.state in (ActionState.PROPOSED, ActionState.CONFIRMED) and _has_role(viewer, action)


def may_execute(viewer: Viewer, action: TwoStepAction) -> bool:
    """Whether this viewer can have the act carried out now: its delay is over, she has either role."""
    return (
        action.state == ActionState.CONFIRMED
        and instant_from_text(action.not_before) <= clock.now()
        and _has_role(viewer, action)
    )


def confirm(viewer: Viewer, action_id: str, signed: Mapping[str, str]) -> outbox.OutboxRow:
    """The outbox row of a confirmation.

    Raises: Refused action_unknown, action_not_proposed, same_person, no_permission; those of an intent.
    """
    with transaction.atomic():
        _visible(viewer, action_id)
        action = TwoStepAction.objects.select_for_update().get(pk=action_id)
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


def withdraw(viewer: Viewer, action_id: str, signed: Mapping[str, str]) -> outbox.OutboxRow:
    """The outbox row of a withdrawal.

    Raises: Refused action_unknown, action_not_proposed, no_permission; those of an intent.
    """
    action = _visible(viewer, action_id)
    if action.state not in (ActionState.PROPOSED, ActionState.CONFIRMED):
        refuse(Refusal.ACTION_NOT_PROPOSED, state=action.state)
    if not may_withdraw(viewer, action):
        _refuse_role(action)
    return intents.accept(
        viewer,
        name=Transaction.WITHDRAW_ACTION,
        args=WithdrawAction(action=action.id),
        signed=signed,
        subject=f"action:{action.id}",
    )


def execute(viewer: Viewer, action_id: str, signed: Mapping[str, str]) -> outbox.OutboxRow:
    """The outbox row that has a confirmed act carried out after its delay.

    Raises: Refused action_unknown, action_not_confirmed, no_permission, action_not_due; those of an intent.
    """
    action = _visible(viewer, action_id)
    if action.state != ActionState.CONFIRMED:
        refuse(Refusal.ACTION_NOT_CONFIRMED, state=action.state)
    if not _has_role(viewer, action):
        _refuse_role(action)
    if instant_from_text(action.not_before) > clock.now():
        refuse(Refusal.ACTION_NOT_DUE, not_before=action.not_before)
    return intents.accept(
        viewer,
        name=Transaction.EXECUTE_ACTION,
        args=ExecuteAction(action=action.id),
        signed=signed,
        subject=f"action:{action.id}",
    )


def _visible(viewer: Viewer, action_id: str) -> TwoStepAction:
    action = selectors.actions_for(viewer).filter(pk=action_id).first()
    if action is None:
        refuse(Refusal.ACTION_UNKNOWN, action=action_id)
    return action


def _has_role(viewer: Viewer, action: TwoStepAction) -> bool:
    proposers, confirmers = ACT_SIGNERS[Act(action.act)]
    own = Act(action.act) not in OWN_ACTS or viewer.account == action.account
    return own and viewer.role in (*proposers, *confirmers)


def _is_helped(viewer: Viewer, action: TwoStepAction) -> bool:
    """Whether the act gives this very viewer other keys."""
    rebinds = action.act in (Act.REBIND, Act.REBIND_COLLEAGUE)
    return rebinds and str(json.loads(action.act_args).get("person")) == viewer.person


def _refuse_role(action: TwoStepAction) -> NoReturn:
    proposers, confirmers = ACT_SIGNERS[Act(action.act)]
    roles = dict.fromkeys((*proposers, *confirmers))
    refuse(Refusal.NO_PERMISSION, allowed="、".join(role.zh for role in roles))
