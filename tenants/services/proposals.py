"""Proposals of acts of two persons: the person's own choices, held against what is known here.

Apps above add what they know of an act's objects by `register`; the ledger checks everything again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from kit import outbox
from lexicon.act_arguments import Reinstate, Suspend
from lexicon.arguments import Act, ProposeAction
from lexicon.codec import from_json
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AccountKind, AccountState
from lexicon.transactions import ACT_SIGNERS, OWN_ACTS, Transaction, parse_act

from tenants.access import Viewer
from tenants.models import Membership, Organisation, TwoStepAction
from tenants.services import intents, reasons, recovery

# An activation follows from an application, an obligation from a report: these have doors of their own.
ELSEWHERE = frozenset({Act.ACTIVATE, Act.SET_OBLIGATION})
SYSTEM_KINDS = (AccountKind.ADMINISTRATOR, AccountKind.REGULATOR)
Check = Callable[[Viewer, Any], None]
_checks: dict[Act, Check] = {}


def register(act: Act, check: Check) -> None:
    """Have an act's arguments held against an app's own read models; `check` raises Refused."""
    _checks[act] = check


def propose(viewer: Viewer, signed: Mapping[str, str], *, reason: str) -> outbox.OutboxRow:
    """The outbox row of a signed proposal; the same again gives the same row.

    reason: the words whose digest the arguments carry, where they carry one. Raises: Refused bad_argument,
    no_permission, account_mismatch, action_exists, reason_required, digest_mismatch, those of the act's
    objects and of a signed intent.
    """
    intent = intents.read(signed)
    if (row := intents.queued(viewer, intent)) is not None:
        return row
    given = from_json(ProposeAction, intent.args)
    if given.act in ELSEWHERE:
        refuse(Refusal.BAD_ARGUMENT, field="args.act")
    args = parse_act(given.act, given.act_args)
    _check_proposer(viewer, given.act, args)
    if TwoStepAction.objects.filter(pk=given.action).exists():
        refuse(Refusal.ACTION_EXISTS, action=given.action)
    words = _reason(args, reason)
    if given.act in _checks:
        _checks[given.act](viewer, args)
    with transaction.atomic():
        if words:
            reasons.keep(viewer, words)
        row = intents.accept(
            viewer,
            name=Transaction.PROPOSE_ACTION,
            args=given,
            signed=signed,
            subject=f"action:{given.action}",
        )
        recovery.proposed(args, given.action)
    return row


def _check_proposer(viewer: Viewer, act: Act, args: object) -> None:
    proposers = ACT_SIGNERS[act][0]
    if viewer.role not in proposers:
        refuse(Refusal.NO_PERMISSION, allowed="、".join(role.zh for role in proposers))
    if act in OWN_ACTS and viewer.account != getattr(args, "account", ""):
        refuse(Refusal.ACCOUNT_MISMATCH)


def _reason(args: object, reason: str) -> str:
    wanted = getattr(args, "reason_digest", None)
    if wanted is None:
        return ""
    return reasons.checked(reason, wanted)


def _suspendable(_: Viewer, args: Suspend) -> None:
    """Raises: Refused account_unknown, system_account, account_not_active, person_unknown,
    person_not_active."""
    organisation = _organisation(args.account)
    if args.person is None:
        if organisation.kind in SYSTEM_KINDS:
            refuse(Refusal.SYSTEM_ACCOUNT)
        if organisation.status != AccountState.ACTIVE:
            refuse(Refusal.ACCOUNT_NOT_ACTIVE, account=args.account)
        return
    if _membership(args.account, args.person).status != "active":
        refuse(Refusal.PERSON_NOT_ACTIVE)


def _suspended(_: Viewer, args: Reinstate) -> None:
    """Raises: Refused account_unknown, person_unknown, not_suspended."""
    organisation = _organisation(args.account)
    if args.person is None:
        if organisation.status != AccountState.SUSPENDED:
            refuse(Refusal.NOT_SUSPENDED)
        return
    if _membership(args.account, args.person).status != "suspended":
        refuse(Refusal.NOT_SUSPENDED)


def _organisation(account: str) -> Organisation:
    row = Organisation.objects.filter(pk=account).first()
    if row is None:
        refuse(Refusal.ACCOUNT_UNKNOWN, account=account)
    return row


def _membership(account: str, person: str) -> Membership:
    row = Membership.objects.filter(organisation_id=account, person_id=person).first()
    if row is None:
        refuse(Refusal.PERSON_UNKNOWN)
    return row


register(Act.SUSPEND, _suspendable)
register(Act.REINSTATE, _suspended)
register(Act.REBIND, recovery.check)
register(Act.REBIND_COLLEAGUE, recovery.check)
