"""Acts of two persons: proposed by one, carried out when another confirms."""

from dataclasses import replace
from datetime import timedelta

from lexicon.arguments import (
    Act,
    Activate,
    ConfirmAction,
    ProposeAction,
    SetObligation,
    SetParameters,
    WithdrawAction,
)
from lexicon.canonical import digest
from lexicon.intents import instant_from_text, instant_text
from lexicon.records import Action, VerificationParameters
from lexicon.refusals import Refusal, Refused
from lexicon.terms import ActionState, Role
from lexicon.transactions import ACT_SIGNERS, parse_act

from chaincode import accounts, compliance, parameters
from chaincode.callers import Caller
from chaincode.state import Draft


def propose_action(draft: Draft, args: ProposeAction, caller: Caller) -> None:
    """Keeps a proposed act, checked as if it were carried out now.

    Raises Refused: role_not_allowed, action_exists, bad_argument, then what the act itself refuses.
    """
    proposer, _ = ACT_SIGNERS[args.act]
    _require(caller, proposer)
    if draft.find(Action, args.action) is not None:
        raise Refused(Refusal.ACTION_EXISTS, action=args.action)
    _check(draft, parse_act(args.act, args.act_args))
    hours = draft.parameters(VerificationParameters).confirm_deadline_hours
    action = Action(
        action=args.action,
        act=args.act,
        act_args=args.act_args,
        digest=digest(args.act_args),
        proposed_by=caller.person,
        confirmed_by=None,
        not_after=instant_text(draft.now + timedelta(hours=hours)),
        state=ActionState.PROPOSED,
    )
    draft.put(action, args.action)


def confirm_action(draft: Draft, args: ConfirmAction, caller: Caller) -> Act:
    """Carries a proposed act out, and says which.

    Raises Refused: action_unknown, role_not_allowed, action_not_proposed, action_expired, digest_mismatch,
    same_person, then what the act itself refuses.
    """
    action = draft.need(Action, args.action, refusal=Refusal.ACTION_UNKNOWN, action=args.action)
    act = Act(action.act)
    _, confirmer = ACT_SIGNERS[act]
    _require(caller, confirmer)
    _require_proposed(action)
    if instant_from_text(action.not_after) < draft.now:
        raise Refused(Refusal.ACTION_EXPIRED)
    if action.digest != args.digest:
        raise Refused(Refusal.DIGEST_MISMATCH)
    if action.proposed_by == caller.person:
        raise Refused(Refusal.SAME_PERSON)
    _carry_out(draft, parse_act(act, action.act_args))
    done = replace(action, confirmed_by=caller.person, state=ActionState.EXECUTED)
    draft.put(done, args.action)
    return act


def withdraw_action(draft: Draft, args: WithdrawAction, caller: Caller) -> None:
    """Takes a proposed act back; proposer or confirmer may. Raises Refused: action_unknown, role_not_allowed,
    action_not_proposed.
    """
    action = draft.need(Action, args.action, refusal=Refusal.ACTION_UNKNOWN, action=args.action)
    _require(caller, *ACT_SIGNERS[Act(action.act)])
    _require_proposed(action)
    draft.put(replace(action, state=ActionState.WITHDRAWN), args.action)


def _check(draft: Draft, args: object) -> None:
    """Refuses an act that could not be carried out, before a second person is troubled with it."""
    if isinstance(args, Activate):
        accounts.check_activate(draft, args, proposing=True)
    elif isinstance(args, SetParameters):
        parameters.check(draft, args)
    elif isinstance(args, SetObligation):
        compliance.check_obligation(draft, args)


def _carry_out(draft: Draft, args: object) -> None:
    if isinstance(args, Activate):
        accounts.activate(draft, args)
    elif isinstance(args, SetParameters):
        parameters.set_parameters(draft, args)
    elif isinstance(args, SetObligation):
        compliance.set_obligation(draft, args)


def _require(caller: Caller, *roles: Role) -> None:
    if caller.role not in roles:
        raise Refused(Refusal.ROLE_NOT_ALLOWED, role=caller.role, allowed=", ".join(dict.fromkeys(roles)))


def _require_proposed(action: Action) -> None:
    if action.state is not ActionState.PROPOSED:
        raise Refused(Refusal.ACTION_NOT_PROPOSED, state=action.state)
