"""Acts of two persons: proposed by one, confirmed by another, carried out at once or after a delay."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lexicon.arguments import Act, ConfirmAction, ExecuteAction, ProposeAction, WithdrawAction
from lexicon.canonical import digest
from lexicon.intents import instant_from_text, instant_text
from lexicon.records import Action, VerificationParameters
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ActionState, Role
from lexicon.transactions import ACT_DELAY_HOURS, ACT_SIGNERS, OWN_ACTS, parse_act

from chaincode import accounts, compliance, draws, holds, parameters, rebinding, suspension, trust
from chaincode.callers import Caller
from chaincode.state import Draft

_REBINDS = (Act.REBIND, Act.REBIND_COLLEAGUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRule:
    """One act. check (draft, arguments, proposer or None); delayed acts: what the waiting leaves in state.

    delay: hours between confirmation and effect, where the lexicon fixes none for the act.
    """

    check: Callable[[Draft, Any, Caller | None], object]
    carry_out: Callable[[Draft, Any], None]
    begin: Callable[[Draft, Any, str], None] | None = None
    drop: Callable[[Draft, Any, str], None] | None = None
    delay: Callable[[Draft, Any], int] | None = None


ACTS: Mapping[Act, ActRule] = {
    Act.ACTIVATE: ActRule(check=accounts.check_activate, carry_out=accounts.activate),
    Act.SET_PARAMETERS: ActRule(check=parameters.check, carry_out=parameters.set_parameters),
    Act.SET_OBLIGATION: ActRule(check=compliance.check_obligation, carry_out=compliance.set_obligation),
    Act.SUSPEND: ActRule(check=suspension.check_suspend, carry_out=suspension.suspend),
    Act.REINSTATE: ActRule(check=suspension.check_reinstate, carry_out=suspension.reinstate),
    Act.REBIND: ActRule(
        check=rebinding.check_rebind,
        carry_out=rebinding.rebind,
        begin=rebinding.begin,
        drop=rebinding.drop,
    ),
    Act.REBIND_COLLEAGUE: ActRule(check=rebinding.check_rebind, carry_out=rebinding.rebind_colleague),
    Act.SET_OWN_LIMITS: ActRule(
        check=rebinding.check_own_limits,
        carry_out=rebinding.set_own_limits,
        delay=trust.hours_to_loosen,
    ),
    Act.TRUST_COUNTERPARTY: ActRule(
        check=trust.check_trust,
        carry_out=trust.trust_counterparty,
        delay=trust.hours_to_trust,
    ),
    Act.VOID_DRAW: ActRule(check=draws.check_void, carry_out=draws.void_draw),
    Act.FREEZE: ActRule(check=holds.check_freeze, carry_out=holds.freeze),
    Act.UNFREEZE: ActRule(check=holds.check_unfreeze, carry_out=holds.unfreeze),
    Act.HALT: ActRule(check=holds.check_halt, carry_out=holds.halt),
    Act.RESUME: ActRule(check=holds.check_resume, carry_out=holds.resume),
}


def propose_action(draft: Draft, args: ProposeAction, caller: Caller) -> None:
    """Keeps a proposed act, checked as if it were carried out now.

    Raises Refused: role_not_allowed, action_exists, bad_argument, account_mismatch, then what the act itself
    refuses.
    """
    proposers, _ = ACT_SIGNERS[args.act]
    _require(caller, *proposers)
    if draft.find(Action, args.action) is not None:
        raise Refused(Refusal.ACTION_EXISTS, action=args.action)
    given = parse_act(args.act, args.act_args)
    touched = _account_of(given)
    _require_own(args.act, touched, caller)
    ACTS[args.act].check(draft, given, caller)
    action = Action(
        action=args.action,
        act=args.act,
        act_args=args.act_args,
        digest=digest(args.act_args),
        proposed_by=caller.person,
        confirmed_by=None,
        not_after=instant_text(draft.now + _hours_to_confirm(draft)),
        state=ActionState.PROPOSED,
        account=touched,
    )
    draft.put(action, args.action)


def confirm_action(draft: Draft, args: ConfirmAction, caller: Caller) -> Act | None:
    """Carries a proposed act out, and says which; an act with a delay begins to wait.

    Raises Refused: action_unknown, role_not_allowed, action_not_proposed, action_expired, digest_mismatch,
    same_person, account_mismatch, then what the act itself refuses.
    """
    action, act = _find(draft, args.action)
    _require(caller, *ACT_SIGNERS[act][1])
    if action.state is not ActionState.PROPOSED:
        raise Refused(Refusal.ACTION_NOT_PROPOSED, state=action.state)
    _require_in_time(draft, action)
    if action.digest != args.digest:
        raise Refused(Refusal.DIGEST_MISMATCH)
    given = parse_act(act, action.act_args)
    helped = getattr(given, "person", None) if act in _REBINDS else None
    if caller.person in (action.proposed_by, helped):
        raise Refused(Refusal.SAME_PERSON)
    _require_own(act, action.account, caller)
    confirmed = replace(action, confirmed_by=caller.person)
    hours = _hours_to_wait(draft, act, given)
    if hours:
        _begin(draft, confirmed, act, given, hours)
        return None
    ACTS[act].carry_out(draft, given)
    draft.put(replace(confirmed, state=ActionState.EXECUTED), args.action)
    return act


def execute_action(draft: Draft, args: ExecuteAction, caller: Caller) -> Act:
    """Carries a confirmed act out when its delay is over, and says which.

    Raises Refused: action_unknown, role_not_allowed, action_not_confirmed, action_not_due, action_expired,
    then what the act itself refuses.
    """
    action, act = _find(draft, args.action)
    _require(caller, *ACT_SIGNERS[act][0], *ACT_SIGNERS[act][1])
    if action.state is not ActionState.CONFIRMED or action.not_before is None:
        raise Refused(Refusal.ACTION_NOT_CONFIRMED, state=action.state)
    if draft.now < instant_from_text(action.not_before):
        raise Refused(Refusal.ACTION_NOT_DUE, not_before=action.not_before)
    _require_in_time(draft, action)
    ACTS[act].carry_out(draft, parse_act(act, action.act_args))
    draft.put(replace(action, state=ActionState.EXECUTED), args.action)
    return act


def withdraw_action(draft: Draft, args: WithdrawAction, caller: Caller) -> None:
    """Takes an act back before it is carried out; one whose time ran out is closed as expired.

    Proposer's and confirmer's roles may, and while it waits everybody of the account that it touches.
    Raises Refused: action_unknown, role_not_allowed, account_mismatch, action_not_proposed.
    """
    action, act = _find(draft, args.action)
    waits = action.state is ActionState.CONFIRMED
    if not (waits and caller.account == action.account):
        _require(caller, *ACT_SIGNERS[act][0], *ACT_SIGNERS[act][1])
        _require_own(act, action.account, caller)
    if action.state not in (ActionState.PROPOSED, ActionState.CONFIRMED):
        raise Refused(Refusal.ACTION_NOT_PROPOSED, state=action.state)
    drop = ACTS[act].drop
    if waits and drop is not None:
        drop(draft, parse_act(act, action.act_args), action.action)
    late = instant_from_text(action.not_after) < draft.now
    draft.put(replace(action, state=ActionState.EXPIRED if late else ActionState.WITHDRAWN), args.action)


def _hours_to_wait(draft: Draft, act: Act, given: object) -> int:
    """Hours between confirmation and effect; 0: carried out at once."""
    delay = ACTS[act].delay
    return ACT_DELAY_HOURS.get(act, 0) if delay is None else delay(draft, given)


def _begin(draft: Draft, action: Action, act: Act, given: object, hours: int) -> None:
    """The act waits; afterwards it has as long to be carried out as it had to be confirmed."""
    rule = ACTS[act]
    rule.check(draft, given, None)
    if rule.begin is not None:
        rule.begin(draft, given, action.action)
    due = draft.now + timedelta(hours=hours)
    waiting = replace(
        action,
        state=ActionState.CONFIRMED,
        not_before=instant_text(due),
        not_after=instant_text(due + _hours_to_confirm(draft)),
    )
    draft.put(waiting, action.action)


def _find(draft: Draft, action: str) -> tuple[Action, Act]:
    found = draft.need(Action, action, refusal=Refusal.ACTION_UNKNOWN, action=action)
    return found, Act(found.act)


def _account_of(given: object) -> str | None:
    """The account that an act touches, if it touches one."""
    return getattr(given, "account", None)


def _hours_to_confirm(draft: Draft) -> timedelta:
    return timedelta(hours=draft.parameters(VerificationParameters).confirm_deadline_hours)


def _require(caller: Caller, *roles: Role) -> None:
    if caller.role not in roles:
        raise Refused(Refusal.ROLE_NOT_ALLOWED, role=caller.role, allowed=", ".join(dict.fromkeys(roles)))


def _require_own(act: Act, account: str | None, caller: Caller) -> None:
    """An act of an account about itself is an act of its own people."""
    if act in OWN_ACTS and caller.account != account:
        raise Refused(Refusal.ACCOUNT_MISMATCH)


def _require_in_time(draft: Draft, action: Action) -> None:
    if instant_from_text(action.not_after) < draft.now:
        raise Refused(Refusal.ACTION_EXPIRED)
