"""The relay carries outbox rows to the ledger, many at once, each with one effect whatever is killed when.

Why one effect: a row's envelope is stored before it is sent, and a new proposal is made only after the ledger
said that the last one is invalid; the chaincode accepts an intent's id once. The follower, not the relay,
marks a row committed, together with the read models.
"""

import asyncio
import contextlib
import functools
import logging
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from django.db import transaction
from kit import clock, live, outbox
from kit.outbox import OutboxRow
from ledger.commit import Commit, CommitStatus, confirmed
from ledger.errors import (
    Advice,
    CommitError,
    EndorseError,
    LedgerError,
    LedgerUnavailable,
    Refusal_,
    SubmitError,
    advice,
)
from ledger.proposal import Transaction
from lexicon.terms import OutboxState, Trouble

from market.services.chain import checkpoint
from tanheng import standing
from tanheng.leader import Bell, DatabaseThread

log = logging.getLogger(__name__)
R = TypeVar("R")

IN_FLIGHT_MAX = 64
# While the ledger is down one row at a time asks whether it is back.
IN_FLIGHT_DOWN = 1
BACK_OFF_S = (0.5, 1.0, 2.0, 4.0, 5.0)
IDLE_S = 1.0
# A refusal counts when it is said again a little later, by peers that have every block people were told of.
SECOND_OPINION_S = 0.2
CATCH_UP_S = (0.2, 0.5, 1.0, 2.0)
# Organisations whose endorsement makes a transaction valid.
ENOUGH = 2
# Conflicts in a row before others get their turn.
ATTEMPTS = 12
# A row whose transaction is in the chain waits for the follower; asked again if that takes long.
FOLLOWER_S = 30.0
STATUS_TIMEOUT_S = 15.0
# Our own word among the statuses of gRPC: each organisation answers, and never two alike.
DISAGREE = "DISAGREE"
# The follower's place among the events.
EVENTS = "events"
# The chaincode has seen this intent: its event is on the way to the follower.
SEEN_BEFORE = "exists"
# Transactions without a person are signed by the service that has the right to them.
SERVICES = {
    "anchor_day": "ingest",
    "open_session": "clock",
    "close_session": "clock",
    "settle_session": "clock",
    "initialise": "administrator",
}
# Whom a relay speaks for: (organisation, identity).
IDENTITIES = (
    ("enterprise", "relay"),
    ("auditor", "relay"),
    ("regulator", "relay"),
    *(("regulator", identity) for identity in sorted(set(SERVICES.values()))),
)
# Who asks the peers for their height: a relay itself may not watch the channel.
WATCHER = ("regulator", "service")


class Chain(Protocol):
    """The three calls of a gateway that a relay needs."""

    @property
    def peer_msp(self) -> str:
        """Whose peer it is."""
        ...

    async def propose(self, name: str, *args: bytes, organisations: Sequence[str] = ()) -> Transaction:
        """Endorsed and signed, not sent."""
        ...

    async def submit(self, envelope: bytes, tx_id: str) -> Commit:
        """Accepted by the orderer."""
        ...

    async def commit_status(self, tx_id: str, *, timeout_s: float) -> CommitStatus:
        """What became of it."""
        ...


# (organisation, identity) -> gateways in the order of preference: one's own peer, then the others'.
Routes = Callable[[str, str], Sequence[Chain]]


class Relay:
    """Takes due rows and carries them; `run` ends when `stop` is called."""

    def __init__(
        self, routes: Routes, database: DatabaseThread, *, watchers: Sequence[standing.Watcher]
    ) -> None:
        """watchers: one for each organisation's peer, of an identity that may watch the channel."""
        self._routes = routes
        self._watchers = watchers
        self._database = database
        self._carrying: dict[uuid.UUID, asyncio.Task[None]] = {}
        self._settled: dict[uuid.UUID, float] = {}
        self._bell = Bell(outbox.CHANNEL)
        self._stopping = False
        self._down = False

    def stop(self) -> None:
        """End after what is being carried."""
        self._stopping = True
        self._bell.ring()

    async def run(self) -> None:
        """Carry rows until stopped; one process at a time does this."""
        await self._database.lead("relay")
        self._bell.open()
        try:
            while not self._stopping:
                await self._bell.wait(0 if await self.take() else IDLE_S)
        finally:
            self._bell.close()
            for task in self._carrying.values():
                task.cancel()
            await asyncio.gather(*self._carrying.values(), return_exceptions=True)

    async def drain(self) -> None:
        """Carry everything that is due now, then return."""
        while await self.take() or self._carrying:
            await asyncio.wait(self._carrying.values(), return_when=asyncio.FIRST_COMPLETED)

    async def take(self) -> int:
        """Begin to carry due rows; how many were begun."""
        limit = (IN_FLIGHT_DOWN if self._down else IN_FLIGHT_MAX) - len(self._carrying)
        if limit <= 0:
            return 0
        rows = await self._database.run(
            outbox.due, now=clock.now(), exclude={*self._carrying, *self._waiting_for_follower()}, limit=limit
        )
        for row in rows:
            task = asyncio.create_task(self._carry_guarded(row))
            self._carrying[row.id] = task
            task.add_done_callback(functools.partial(self._done, row.id))
        return len(rows)

    def _done(self, row_id: uuid.UUID, _task: "asyncio.Task[None]") -> None:
        del self._carrying[row_id]
        self._bell.ring()

    def _waiting_for_follower(self) -> list[uuid.UUID]:
        now = time.monotonic()
        self._settled = {row_id: until for row_id, until in self._settled.items() if until > now}
        return list(self._settled)

    async def _carry_guarded(self, row: OutboxRow) -> None:
        try:
            await self._carry(row)
            self._down = False
        except LedgerError as error:
            self._down = isinstance(error, LedgerUnavailable)
            log.warning("%s %s waits: %s", row.name, row.id, error)
            await self._back_off(row, trouble_of(error), str(error))
        except Exception as error:
            log.exception("%s %s could not be carried", row.name, row.id)
            await self._back_off(row, Trouble.FAULT, type(error).__name__)

    async def _back_off(self, row: OutboxRow, trouble: Trouble, text: str = "") -> None:
        pause_s = BACK_OFF_S[min(row.attempts, len(BACK_OFF_S) - 1)]
        # Not all at the same instant.
        until = clock.now() + timedelta(seconds=pause_s * random.uniform(0.75, 1.0))  # noqa: S311
        await self._database.run(outbox.back_off, row.id, until=until, trouble=trouble, text=text)

    async def _carry(self, row: OutboxRow) -> None:
        chains = self._routes(row.organisation, SERVICES.get(row.name, "relay"))
        sent = Transaction(row.tx_id, bytes(row.envelope), b"") if row.envelope is not None else None
        for _ in range(ATTEMPTS):
            if sent is None:
                sent = await self._endorsed(row, chains)
                if sent is None:
                    return
            try:
                await self._send(row, sent, chains)
            except SubmitError as error:
                # Not in the chain by this call; had an earlier one got in, the intent's id would say so.
                if advice(error) is Advice.NEW_PROPOSAL:
                    await self._database.run(outbox.forget_envelope, row.id)
                raise
            except CommitError as error:
                if advice(error) is Advice.GIVE_UP:
                    await self._refuse(row, "transaction_invalid", {"code": error.code, "tx": error.tx_id})
                    return
            else:
                self._settled[row.id] = time.monotonic() + FOLLOWER_S
                return
            sent = None
            await self._database.run(outbox.forget_envelope, row.id)
        await self._back_off(row, Trouble.CONFLICTS)

    async def _endorsed(self, row: OutboxRow, chains: Sequence[Chain]) -> Transaction | None:
        """A new endorsed transaction, its envelope stored; None when the row's story ended instead."""
        if row.not_after is not None and row.not_after <= clock.now():
            await self._database.run(_expire, row)
            return None
        refused, asked = "", chains
        for attempt in range(ATTEMPTS):
            try:
                proposed = await _proposed(row, asked, everybody=len(asked) == len(chains))
            except Refusal_ as refusal:
                if refusal.name == SEEN_BEFORE:
                    await self._back_off(row, Trouble.NOT_READ)
                    return None
                if refusal.name == refused:
                    await self._refuse(row, refusal.name, refusal.facts)
                    return None
                refused, asked = await self._second_opinion(refusal.name, chains, attempt)
            except LedgerError as error:
                if advice(error) is not Advice.NEW_PROPOSAL:
                    raise
                await asyncio.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - spreads, protects nothing
            else:
                await self._database.run(_store, row, proposed)
                return proposed
        raise LedgerUnavailable("the organisations do not agree", step="endorse", status=DISAGREE)

    async def _second_opinion(
        self, refusal: str, chains: Sequence[Chain], attempt: int
    ) -> tuple[str, Sequence[Chain]]:
        """What was refused, and whom to ask again: those that know all that people were told.

        With too few of them the refusal does not count yet, and all are asked again later.
        """
        told = await self._database.run(_told)
        knowing = await standing.current(self._watchers, told=told)
        current = [chain for chain in chains if chain.peer_msp in knowing]
        if len(current) < min(ENOUGH, len(chains)):
            await asyncio.sleep(CATCH_UP_S[min(attempt, len(CATCH_UP_S) - 1)])
            return "", chains
        await asyncio.sleep(SECOND_OPINION_S)
        return refusal, current

    async def _send(self, row: OutboxRow, sent: Transaction, chains: Sequence[Chain]) -> None:
        """Send the stored bytes until the ledger says what became of them. Raises CommitError."""
        if row.envelope is not None and await self._known(sent, chains):
            return
        for _ in range(ATTEMPTS):
            with contextlib.suppress(LedgerUnavailable):
                status = await confirmed(
                    _first(chains, lambda chain: chain.submit(sent.envelope, sent.tx_id)),
                    _first(chains, lambda chain: chain.commit_status(sent.tx_id, timeout_s=STATUS_TIMEOUT_S)),
                )
                status.require_valid()
                return
            await asyncio.sleep(BACK_OFF_S[0])
        raise LedgerUnavailable("the orderer does not answer", step="submit", tx_id=sent.tx_id)

    async def _known(self, sent: Transaction, chains: Sequence[Chain]) -> bool:
        """Whether an envelope that an earlier process stored is in the chain already. Raises CommitError."""
        try:
            status = await _first(chains, lambda chain: chain.commit_status(sent.tx_id, timeout_s=0.3))
        except LedgerUnavailable:
            return False
        status.require_valid()
        return True

    async def _refuse(self, row: OutboxRow, refusal: str, facts: Mapping[str, Any]) -> None:
        log.info("%s %s refused: %s %s", row.name, row.id, refusal, facts)
        await self._database.run(_refuse, row, refusal, facts)


def trouble_of(error: LedgerError) -> Trouble:
    """The word for people of what kept an intent from the ledger."""
    if error.status == DISAGREE:
        return Trouble.DISAGREEMENT
    if isinstance(error, SubmitError):
        return Trouble.ORDERER_REFUSED
    if isinstance(error, LedgerUnavailable) and error.step in {"submit", "commit status"}:
        return Trouble.ORDERER_SILENT
    return Trouble.UNREACHABLE


async def _proposed(row: OutboxRow, asked: Sequence[Chain], *, everybody: bool) -> Transaction:
    """The row's transaction, endorsed by the peers of those who are asked. Raises Refusal_, LedgerError."""
    peers = () if everybody else tuple(chain.peer_msp for chain in asked)
    return await _first(asked, lambda chain: chain.propose(row.name, *_arguments(row), organisations=peers))


async def _first(chains: Sequence[Chain], call: Callable[[Chain], Awaitable[R]]) -> R:
    """The answer of the first gateway that can give one. Raises the last one's error."""
    for chain in chains[:-1]:
        try:
            return await call(chain)
        except LedgerUnavailable as error:
            # Who waited to the deadline has waited long enough; who was not reached is passed over.
            if error.status == "DEADLINE_EXCEEDED":
                raise
        except EndorseError as error:
            if error.stale:
                raise
    return await call(chains[-1])


def _told() -> int:
    """The newest block with an event that people were told of."""
    return checkpoint(EVENTS).block_number


def _arguments(row: OutboxRow) -> tuple[bytes, ...]:
    if not row.signature:
        return (row.intent_text.encode(),)
    return (row.intent_text.encode(), row.signature.encode(), row.fingerprint.encode())


def _store(row: OutboxRow, proposed: Transaction) -> None:
    with transaction.atomic():
        outbox.store_envelope(row.id, envelope=proposed.envelope, tx_id=proposed.tx_id, now=clock.now())
        announce(row, OutboxState.SENT, tx_id=proposed.tx_id)


def _refuse(row: OutboxRow, refusal: str, facts: Mapping[str, Any]) -> None:
    with transaction.atomic():
        if outbox.refuse(row.id, refusal=refusal, facts=facts):
            announce(row, OutboxState.REFUSED, refusal=refusal, facts=dict(facts))


def _expire(row: OutboxRow) -> None:
    with transaction.atomic():
        if outbox.expire(row.id):
            announce(row, OutboxState.EXPIRED)


def announce(row: OutboxRow, state: OutboxState, **facts: Any) -> None:
    """Tell the account's open pages where its intent stands; call it inside a transaction."""
    if row.account:
        data = {"kind": "intent", "id": str(row.id), "name": row.name, "subject": row.subject, "state": state}
        live.publish(f"account.{row.account}", {**data, **facts})
