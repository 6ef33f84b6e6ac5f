"""Dispatch: from a call's bytes to an outcome, by one table. What is missing is asked for.

Owns the order of checks that all transactions share. The rules of each are in its own module.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from lexicon.canonical import Json, NotCanonical, decode_object, encode
from lexicon.events import LedgerEvent, joined_payload, value_bytes
from lexicon.intents import Intent
from lexicon.records import Request
from lexicon.refusals import Refusal, Refused
from lexicon.terms import Msp
from lexicon.transactions import SERVICE_OF, SIGNERS, Query, Transaction, parse

from chaincode import (
    accounts,
    actions,
    auction_close,
    auctions,
    blocks,
    cancellations,
    carry_over,
    cases,
    coin,
    compliance,
    draws,
    findings,
    invariants,
    issues,
    listings,
    lots,
    meters,
    parameters,
    queries,
    reports,
    sessions,
    takes,
    trust,
)
from chaincode.callers import Caller, Creator, authenticate
from chaincode.state import Draft, Loaded, Name, NotLoaded, guarded

REFUSED = 400
OK = 200
TRANSACTIONS, QUERIES = frozenset(map(str, Transaction)), frozenset(map(str, Query))

# What a signed transaction does. The result, if any, is the event's name: that of the act carried out.
Rule = Callable[[Draft, Any, Caller], str | None]
ServiceRule = Callable[[Draft, Any], None]
# What a transaction's arguments and the account of its intent name: all it needs, or all but one round.
Named = Callable[[Any, str], Iterable[Name]]

RULES: Mapping[Transaction, Rule] = {
    Transaction.REGISTER: accounts.register,
    Transaction.PROPOSE_ACTION: actions.propose_action,
    Transaction.CONFIRM_ACTION: actions.confirm_action,
    Transaction.WITHDRAW_ACTION: actions.withdraw_action,
    Transaction.EXECUTE_ACTION: actions.execute_action,
    Transaction.BIND_KEY: accounts.bind_key,
    Transaction.UNBIND_KEY: accounts.unbind_key,
    Transaction.REGISTER_METER: meters.register_meter,
    Transaction.REVOKE_METER_KEY: meters.revoke_meter_key,
    Transaction.REPLACE_METER: meters.replace_meter,
    Transaction.FILE_PLAN: meters.file_plan,
    Transaction.SUBMIT_STATEMENT: reports.submit_statement,
    Transaction.SUPERSEDE: reports.supersede,
    Transaction.WITHDRAW_SUBMISSION: reports.withdraw_submission,
    Transaction.COMMIT_DRAWS: draws.commit_draws,
    Transaction.OPEN_DRAW: draws.open_draw,
    Transaction.DECLARE_COMPILATION: cases.declare_compilation,
    Transaction.OPEN_CASE: cases.open_case,
    Transaction.COMMIT_SAMPLING_PLAN: cases.commit_sampling_plan,
    Transaction.OPEN_SAMPLE: cases.open_sample,
    Transaction.RECORD_STEP: cases.record_step,
    Transaction.ATTEST_VISIT: cases.attest_visit,
    Transaction.RAISE_FINDING: findings.raise_finding,
    Transaction.CLOSE_FINDING: findings.close_finding,
    Transaction.RETURN_STATEMENT: reports.return_statement,
    Transaction.APPROVE_AND_MINT: reports.approve_and_mint,
    Transaction.PROPOSE_ISSUE: issues.propose_issue,
    Transaction.ENDORSE_ISSUE: issues.endorse_issue,
    Transaction.SPLIT_COIN: coin.split_coin,
    Transaction.MERGE_COIN: coin.merge_coin,
    Transaction.LIST: listings.list_,
    Transaction.UNLIST: listings.unlist,
    Transaction.TAKE: takes.take,
    Transaction.SURRENDER: compliance.surrender,
    Transaction.CONFIRM_SURRENDER: compliance.confirm_surrender,
    Transaction.WITHDRAW_SURRENDER: compliance.withdraw_surrender,
    Transaction.REDEEM_COIN: coin.redeem_coin,
    Transaction.MERGE_LOTS: lots.merge_lots,
    Transaction.PROPOSE_BLOCK: blocks.propose_block,
    Transaction.ACCEPT_BLOCK: blocks.accept_block,
    Transaction.DECLINE_BLOCK: blocks.decline_block,
    Transaction.DISTRUST_COUNTERPARTY: trust.distrust_counterparty,
    Transaction.OPEN_AUCTION: auctions.open_auction,
    Transaction.BID: auctions.bid,
    Transaction.REVEAL_BID: auctions.reveal_bid,
    Transaction.CLOSE_AUCTION: auction_close.close_auction,
    Transaction.CANCEL_ALLOWANCES: cancellations.cancel_allowances,
    Transaction.CONFIRM_CANCELLATION: cancellations.confirm_cancellation,
    Transaction.WITHDRAW_CANCELLATION: cancellations.withdraw_cancellation,
    Transaction.CARRY_OVER: carry_over.carry_over,
}

SERVICE_RULES: Mapping[Transaction, ServiceRule] = {
    Transaction.INITIALISE: parameters.initialise,
    Transaction.ANCHOR_DAY: meters.anchor_day,
    Transaction.OPEN_SESSION: sessions.open_session,
    Transaction.CLOSE_SESSION: sessions.close_session,
    Transaction.SETTLE_SESSION: sessions.settle_session,
}

# Every round is a message to the peer and back and runs the rule again: what is known is asked for at once.
NAMED: Mapping[Transaction, Named] = {
    Transaction.APPROVE_AND_MINT: reports.named_to_mint,
    Transaction.PROPOSE_ISSUE: issues.named_to_propose,
    Transaction.ENDORSE_ISSUE: issues.named_to_endorse,
    Transaction.SPLIT_COIN: coin.named_to_split,
    Transaction.MERGE_COIN: coin.named_to_merge,
    Transaction.LIST: listings.named_to_list,
    Transaction.UNLIST: listings.named_to_unlist,
    Transaction.TAKE: takes.named_to_take,
    Transaction.SURRENDER: compliance.named_to_surrender,
    Transaction.CONFIRM_SURRENDER: compliance.named_to_end,
    Transaction.WITHDRAW_SURRENDER: compliance.named_to_end,
    Transaction.REDEEM_COIN: coin.named_to_redeem,
    Transaction.MERGE_LOTS: lots.named_to_merge,
    Transaction.PROPOSE_BLOCK: blocks.named_to_propose,
    Transaction.ACCEPT_BLOCK: blocks.named_to_answer,
    Transaction.DECLINE_BLOCK: blocks.named_to_answer,
    Transaction.DISTRUST_COUNTERPARTY: trust.named_to_distrust,
    Transaction.OPEN_AUCTION: auctions.named_to_open,
    Transaction.BID: auctions.named_to_bid,
    Transaction.REVEAL_BID: auctions.named_to_reveal,
    Transaction.CLOSE_AUCTION: auction_close.named_to_close,
    Transaction.CANCEL_ALLOWANCES: cancellations.named_to_cancel,
    Transaction.CONFIRM_CANCELLATION: cancellations.named_to_end,
    Transaction.WITHDRAW_CANCELLATION: cancellations.named_to_end,
    Transaction.CARRY_OVER: carry_over.named_to_carry,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as the peer hands it over; `now` is the proposal's timestamp, aware."""

    function: str
    args: tuple[bytes, ...]
    tx: str
    now: datetime
    creator: Creator


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the peer is told. Writes: (key, value or None); `guard`: new keys under the regulator's policy."""

    status: int
    message: str
    payload: bytes
    writes: tuple[tuple[str, bytes | None], ...] = ()
    guard: tuple[str, ...] = ()
    event: tuple[str, bytes] | None = None


def execute(call: Call, loaded: Loaded) -> Outcome:
    """Decides a call over what was loaded. Raises NotLoaded when it needs more; a refusal is an outcome."""
    draft = Draft(loaded, tx=call.tx, now=call.now)
    try:
        if call.function in QUERIES:
            return Outcome(
                status=OK, message="", payload=queries.answer(draft, call.function, call.args, call.creator)
            )
        return _changed(draft, *_carry_out(draft, call))
    except Refused as refused:
        answer = {"refusal": refused.refusal.value, "facts": refused.facts}
        return Outcome(status=REFUSED, message=encode(answer).decode("utf-8"), payload=b"")


def _carry_out(draft: Draft, call: Call) -> tuple[str, Caller | None]:
    """Runs the rule; gives the event's name and the person, if one acted."""
    if call.function not in TRANSACTIONS:
        raise Refused(Refusal.UNKNOWN_TRANSACTION, name=call.function[:40])
    transaction = Transaction(call.function)
    if transaction in SERVICE_RULES:
        _serve(draft, transaction, call)
        return transaction, None
    text, signature, fingerprint = _three(call.args)
    caller, intent = authenticate(
        draft,
        function=call.function,
        text=text,
        signature=signature,
        key=fingerprint,
        named=lambda intent: _named(draft, transaction, intent),
    )
    allowed = SIGNERS.get(transaction)
    if allowed is not None and caller.role not in allowed:
        raise Refused(Refusal.ROLE_NOT_ALLOWED, role=caller.role, allowed=", ".join(allowed))
    name = RULES[transaction](draft, _arguments(draft, transaction, intent.args), caller)
    draft.put(Request(digest=caller.intent_digest, tx=call.tx), caller.intent_id)
    return name or transaction, caller


def _arguments(draft: Draft, transaction: Transaction, args: Mapping[str, Json]) -> Any:
    """The argument record of the call; made once. Raises Refused: bad_argument."""
    return draft.once(transaction, lambda: parse(transaction, args))


def _named(draft: Draft, transaction: Transaction, intent: Intent) -> Iterable[Name]:
    """What the arguments name; nothing where their shape is wrong, which is refused in its turn."""
    find = NAMED.get(transaction)
    if find is None:
        return ()
    try:
        return find(_arguments(draft, transaction, intent.args), intent.account)
    except Refused:
        return ()


def _serve(draft: Draft, transaction: Transaction, call: Call) -> None:
    """A transaction without a person: the role in a certificate of the regulator's organisation gives the
    right; what another organisation's authority writes into its certificates gives none."""
    if (call.creator.msp, call.creator.role) != (Msp.REGULATOR, SERVICE_OF[transaction]):
        raise Refused(Refusal.CERTIFICATE_NOT_ALLOWED, name=transaction)
    if len(call.args) != 1:
        raise Refused(Refusal.BAD_ARGUMENT, field="args")
    args = draft.once(call.args[0], lambda: _decoded(call.args[0]))
    SERVICE_RULES[transaction](draft, _arguments(draft, transaction, args))


def _decoded(text: bytes) -> dict[str, Json]:
    try:
        return decode_object(text)
    except NotCanonical as error:
        raise Refused(Refusal.NOT_CANONICAL, reason=error.reason) from error


def _three(args: tuple[bytes, ...]) -> tuple[bytes, str, str]:
    """Intent text, signature and key fingerprint."""
    if len(args) != 3:
        raise Refused(Refusal.BAD_ARGUMENT, field="args")
    try:
        return args[0], args[1].decode("ascii"), args[2].decode("ascii")
    except UnicodeDecodeError as error:
        raise Refused(Refusal.BAD_ARGUMENT, field="args") from error


def _changed(draft: Draft, name: str, caller: Caller | None) -> Outcome:
    """The outcome of a decided transaction, its invariants checked."""
    changes = tuple(draft.changes())
    invariants.check(changes)
    event = LedgerEvent(
        name=str(name),
        tx=draft.tx,
        at=draft.at,
        intent=caller.intent_id if caller else None,
        account=caller.account if caller else None,
        person=caller.person if caller else None,
        writes=draft.writes(),
    )
    values = [value_bytes(write) for write in event.writes]
    return Outcome(
        status=OK,
        message="",
        payload=encode({"tx": draft.tx}),
        writes=tuple((named.key, value) for (named, _, _), value in zip(changes, values, strict=True)),
        guard=tuple(
            named.key for named, before, after in changes if before is None and guarded(named, after)
        ),
        event=(event.name, joined_payload(event, values)),
    )


class Store(Protocol):
    """State that can be read at once, as a test or the in-memory gateway has it."""

    def get(self, key: str) -> bytes | None:
        """The value of a key."""
        ...

    def scan(self, prefix: str) -> tuple[tuple[str, bytes], ...]:
        """Rows whose keys begin with a prefix, in key order."""
        ...

    def history(self, key: str) -> tuple[tuple[str, str, bytes | None], ...]:
        """(transaction, time, value) of a key's past, newest first."""
        ...


def dispatch(
    store: Store,
    *,
    function: str,
    args: tuple[bytes, ...],
    tx: str,
    now: datetime,
    msp: str,
    attributes: Mapping[str, str],
) -> Outcome:
    """Executes a call over a store: what `ledger.fake` is given, in plain values."""
    creator = Creator(msp=msp, attributes=attributes)
    call = Call(function=function, args=args, tx=tx, now=now, creator=creator)
    loaded = Loaded()
    while True:
        try:
            return execute(call, loaded)
        except NotLoaded as missing:
            loaded.values.update({key: store.get(key) for key in missing.keys})
            loaded.ranges.update({prefix: store.scan(prefix) for prefix in missing.ranges})
            loaded.histories.update({key: store.history(key) for key in missing.histories})
