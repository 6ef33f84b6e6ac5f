"""Issue of coin and allowances: proposed by the administrator against a backing document, endorsed by the
regulator, who signs the digest of what was proposed."""

from collections.abc import Mapping
from typing import Any

from kit.outbox import OutboxRow
from lexicon.market_arguments import EndorseIssue, ProposeIssue
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AccountKind, AccountState, IssueState, TokenKind
from lexicon.transactions import Transaction, to_args

from market.models import Account, Issue, Supply
from market.services import signed
from tenants.access import Viewer
from tenants.services import intents


def propose(viewer: Viewer, body: Mapping[str, str]) -> OutboxRow:
    """Queue a signed proposal. Raises: Refused in the order of `_check`."""
    return signed.queue_checked(viewer, body, name=Transaction.PROPOSE_ISSUE, kind=ProposeIssue, check=_check)


def to_endorse(issue: str) -> dict[str, Any]:
    """What the regulator signs: name and arguments. Raises: Refused issue_unknown, issue_not_proposed."""
    return {"name": Transaction.ENDORSE_ISSUE, "args": to_args(_endorsement(issue))}


def endorse(viewer: Viewer, issue: str, body: Mapping[str, str]) -> OutboxRow:
    """Queue the regulator's endorsement. Raises: Refused issue_unknown, issue_not_proposed."""
    return intents.accept(
        viewer,
        name=Transaction.ENDORSE_ISSUE,
        args=_endorsement(issue),
        signed=body,
        subject=f"issue:{issue}",
    )


def _endorsement(issue: str) -> EndorseIssue:
    row = Issue.objects.filter(pk=issue).first()
    if row is None:
        refuse(Refusal.ISSUE_UNKNOWN)
    if row.state != IssueState.PROPOSED:
        refuse(Refusal.ISSUE_NOT_PROPOSED, state=row.state)
    return EndorseIssue(issue=issue, digest=row.digest)


def _check(given: ProposeIssue) -> str:
    """Raises: Refused issue_exists, account_unknown, account_not_active, holder_not_allowed, backing_used,
    supply_unknown, issue_above_cap."""
    if Issue.objects.filter(pk=given.issue).exists():
        refuse(Refusal.ISSUE_EXISTS, issue=given.issue)
    account = Account.objects.filter(pk=given.account).first()
    if account is None:
        refuse(Refusal.ACCOUNT_UNKNOWN, account=given.account)
    if account.state != AccountState.ACTIVE:
        refuse(Refusal.ACCOUNT_NOT_ACTIVE, account=given.account)
    if account.kind != AccountKind.ENTERPRISE:
        refuse(Refusal.HOLDER_NOT_ALLOWED, account=given.account, kind=account.kind)
    if Issue.objects.filter(backing_digest=given.backing_digest).exists():
        refuse(Refusal.BACKING_USED)
    token = "coin" if given.kind is TokenKind.COIN else f"{given.unit}-{given.vintage}"
    supply = Supply.objects.filter(pk=token).first()
    if supply is None:
        refuse(Refusal.SUPPLY_UNKNOWN, unit=given.unit or "coin", vintage=given.vintage or "")
    if supply.issued + given.amount > supply.cap:
        refuse(Refusal.ISSUE_ABOVE_CAP, available=supply.cap - supply.issued)
    return f"issue:{given.issue}"
