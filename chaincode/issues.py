"""Issue of coin and allowances: the administrator proposes, the regulator endorses, never above the cap."""

from collections.abc import Iterator
from dataclasses import replace

from lexicon.canonical import digest
from lexicon.market_arguments import EndorseIssue, ProposeIssue
from lexicon.records import Account, Backing, Issue, Lot, Supply
from lexicon.refusals import Refusal, Refused
from lexicon.terms import AccountKind, AccountState, IssueState, LotState, TokenKind
from lexicon.transactions import to_args

from chaincode import allowances, coin
from chaincode.callers import Caller
from chaincode.parameters import supply_parts
from chaincode.state import Draft, Name, name


def named_to_propose(args: ProposeIssue, _: str) -> Iterator[Name]:
    """The issue, its account, supply and backing document."""
    yield name(Issue, args.issue)
    yield name(Account, args.account)
    yield name(Supply, *supply_parts(args.unit, args.vintage))
    yield name(Backing, args.backing_digest)


def named_to_endorse(args: EndorseIssue, _: str) -> Iterator[Name]:
    """The issue; what it is about is known when it was read."""
    yield name(Issue, args.issue)


def propose_issue(draft: Draft, args: ProposeIssue, caller: Caller) -> None:
    """Keeps a proposed issue.

    Raises Refused: bad_argument (unit, vintage), issue_exists, account_unknown, account_not_active,
    holder_not_allowed, supply_unknown, backing_used, issue_above_cap.
    """
    instrument_given = (args.unit is not None, args.vintage is not None)
    if instrument_given != ((args.kind is TokenKind.ALLOWANCE,) * 2):
        raise Refused(Refusal.BAD_ARGUMENT, field="args.unit")
    if draft.find(Issue, args.issue) is not None:
        raise Refused(Refusal.ISSUE_EXISTS, issue=args.issue)
    issue = Issue(
        issue=args.issue,
        kind=args.kind,
        account=args.account,
        amount=args.amount,
        unit=args.unit,
        vintage=args.vintage,
        backing_digest=args.backing_digest,
        digest=issue_digest(args),
        proposed_by=caller.person,
        endorsed_by=None,
        state=IssueState.PROPOSED,
    )
    _check(draft, issue)
    draft.put(issue, args.issue)


def endorse_issue(draft: Draft, args: EndorseIssue, caller: Caller) -> None:
    """Issues what was proposed.

    Raises Refused: issue_unknown, issue_not_proposed, digest_mismatch, same_person, then as `propose_issue`.
    """
    issue = draft.need(Issue, args.issue, refusal=Refusal.ISSUE_UNKNOWN, issue=args.issue)
    if issue.state is not IssueState.PROPOSED:
        raise Refused(Refusal.ISSUE_NOT_PROPOSED, state=issue.state)
    if issue.digest != args.digest:
        raise Refused(Refusal.DIGEST_MISMATCH)
    if issue.proposed_by == caller.person:
        raise Refused(Refusal.SAME_PERSON)
    supply = _check(draft, issue)
    grown = replace(
        supply, issued=supply.issued + issue.amount, next_serial=supply.next_serial + issue.amount
    )
    draft.put(grown, *supply_parts(issue.unit, issue.vintage))
    draft.put(Backing(issue=issue.issue), issue.backing_digest)
    draft.put(replace(issue, state=IssueState.ISSUED, endorsed_by=caller.person), issue.issue)
    _write_tokens(draft, issue, supply.next_serial)


def issue_digest(args: ProposeIssue) -> str:
    """What the endorser signs: digest of the proposal's arguments as `to_args` writes them."""
    return digest(to_args(args))


def _write_tokens(draft: Draft, issue: Issue, first_serial: int) -> None:
    if issue.unit is None or issue.vintage is None:
        coin.issue_outputs(draft, owner=issue.account, amount_cents=issue.amount, origin=issue.issue)
        return
    lot = Lot(
        unit=issue.unit,
        vintage=issue.vintage,
        serial_from=first_serial,
        serial_to=first_serial + issue.amount - 1,
        owner=issue.account,
        state=LotState.FREE,
        listing=None,
        listing_session=None,
        tradable_from_session=0,
        hold=None,
        parent=None,
        origin=issue.issue,
    )
    allowances.put(draft, lot)


def _check(draft: Draft, issue: Issue) -> Supply:
    """The supply that covers the issue."""
    parts = supply_parts(issue.unit, issue.vintage)
    draft.want(name(Account, issue.account), name(Supply, *parts), name(Backing, issue.backing_digest))
    account = draft.need(Account, issue.account, refusal=Refusal.ACCOUNT_UNKNOWN, account=issue.account)
    if account.state is not AccountState.ACTIVE:
        raise Refused(Refusal.ACCOUNT_NOT_ACTIVE, account=issue.account)
    if account.kind is not AccountKind.ENTERPRISE:
        raise Refused(Refusal.HOLDER_NOT_ALLOWED, account=issue.account)
    supply = draft.need(
        Supply,
        *parts,
        refusal=Refusal.SUPPLY_UNKNOWN,
        unit=issue.unit or TokenKind.COIN,
        vintage=issue.vintage or "",
    )
    used = draft.find(Backing, issue.backing_digest)
    if used is not None:
        raise Refused(Refusal.BACKING_USED, issue=used.issue)
    if supply.issued + issue.amount > supply.cap:
        raise Refused(Refusal.ISSUE_ABOVE_CAP, available=supply.cap - supply.issued)
    return supply
