"""Collecting endorsements for one proposal until the policies are satisfied, or saying why not."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import grpc
from fabric_protos.peer import proposal_pb2, proposal_response_pb2

from localnet.endorse import Outcome, Stage
from localnet.node import Node
from localnet.plan import sufficient

MISMATCH = "ProposalResponsePayloads do not match"
FAILED = "failed to endorse transaction, see attached details for more info"
NOT_ENOUGH = "failed to collect enough transaction endorsements, see attached details for more info"


# A peer answers within milliseconds; one that has not by then is overtaken by the third.
SLOW_AFTER_S = 1.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the peer of one organisation said. logged: the log has it already."""

    msp: str
    outcome: Outcome
    away: bool = False
    mismatch: bool = False
    logged: bool = False

    def text(self) -> str:
        """What a client reads about it."""
        response = self.outcome.response.response
        if self.mismatch:
            return MISMATCH
        if self.outcome.stage is Stage.CHAINCODE_REFUSED:
            return f"chaincode response {response.status}, {response.message}"
        return str(response.message)


@dataclass(frozen=True, slots=True)
class Collection:
    """Equal answers that satisfy the policies."""

    responses: Sequence[proposal_response_pb2.ProposalResponse]


class CollectionFailed(Exception):
    """Not enough endorsements; says which gRPC status and which peers.

    asked: those that the client is told of; failing: those of whom the log should tell.
    """

    def __init__(
        self, status: grpc.StatusCode, text: str, asked: Iterable[Asked], failing: Iterable[Asked] = ()
    ) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.asked = tuple(asked)
        self.failing = tuple(failing)


class Peers(Protocol):
    """Who can be asked."""

    @property
    def node(self) -> Node:
        """Our own peer."""
        ...

    @property
    def own(self) -> str:
        """Our own organisation's MSP id."""
        ...

    @property
    def others(self) -> Sequence[str]:
        """The other organisations' MSP ids."""
        ...

    async def ask(self, msp: str, signed: proposal_pb2.SignedProposal) -> Asked:
        """What one peer says."""
        ...


@dataclass(slots=True)
class _Answers:
    """What came back so far."""

    good: list[Asked] = field(default_factory=list)
    bad: list[Asked] = field(default_factory=list)

    def add(self, asked: Asked) -> None:
        (self.good if asked.outcome.stage is Stage.ANSWERED else self.bad).append(asked)

    def largest_group(self) -> list[Asked]:
        """Those who agree, the largest such group; the first asked wins a tie."""
        groups: dict[bytes, list[Asked]] = {}
        for asked in self.good:
            groups.setdefault(asked.outcome.response.payload, []).append(asked)
        return max(groups.values(), key=len) if groups else []

    def differing(self) -> list[Asked]:
        """Those who answered something else than the largest group."""
        group = self.largest_group()
        return [asked for asked in self.good if asked not in group]

    def failing(self) -> list[Asked]:
        """Those who failed where another peer ran the same proposal: the fault is not the caller's."""
        failed = [
            asked for asked in self.bad if asked.outcome.stage is Stage.PEER_FAILED and not asked.logged
        ]
        ran = self.good or any(asked.outcome.stage is Stage.CHAINCODE_REFUSED for asked in self.bad)
        return failed if ran else []


async def collect(
    peers: Peers, signed: proposal_pb2.SignedProposal, *, named: Sequence[str], turn: int
) -> Collection:
    """Equal answers of enough peers. Raises CollectionFailed.

    named: exactly these organisations are asked and all must agree; without names our own peer and one other
    (the others in turn), then the third if that does not suffice or one of them is slow.
    """
    if named:
        return await _collect_named(peers, signed, named)
    others = list(peers.others)
    shift = turn % len(others)
    spare = [*others[:shift], *others[shift + 1 :]]
    answers = _Answers()
    asking = _start(peers, [peers.own, others[shift]], signed)
    try:
        while asking:
            # Even with nobody left to ask, the patience is only how often we look: the caller sets deadlines.
            done, asking = await asyncio.wait(
                asking, timeout=SLOW_AFTER_S, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                answers.add(task.result())
            _stop_if_hopeless(answers, peers.own)
            group = answers.largest_group()
            if group and _suffices(group, peers.node):
                _log_differing(answers)
                return Collection([asked.outcome.response for asked in group])
            if spare and (not asking or not done):
                asking |= _start(peers, spare, signed)
                spare = []
    finally:
        for task in asking:
            task.cancel()
    raise _failure(answers)


def _start(peers: Peers, msps: Sequence[str], signed: Any) -> "set[asyncio.Task[Asked]]":
    return {asyncio.create_task(peers.ask(msp, signed)) for msp in msps}


async def _collect_named(
    peers: Peers, signed: proposal_pb2.SignedProposal, named: Sequence[str]
) -> Collection:
    answers = _Answers()
    # Our own first: of two who differ it is the other one who is told of.
    for asked in sorted(await _ask_all(peers, named, signed), key=lambda asked: asked.msp != peers.own):
        answers.add(asked)
    group = answers.largest_group()
    if answers.bad or len(group) < len(answers.good):
        _stop_if_hopeless(answers, peers.own)
        raise _failure(answers)
    return Collection([asked.outcome.response for asked in group])


async def _ask_all(peers: Peers, msps: Sequence[str], signed: Any) -> list[Asked]:
    return list(await asyncio.gather(*(peers.ask(msp, signed) for msp in msps)))


def _suffices(group: Sequence[Asked], node: Node) -> bool:
    """Whether this group satisfies the policies of what it wrote (known to our own peer only)."""
    own = [asked for asked in group if asked.outcome.written_policies]
    policies = own[0].outcome.written_policies if own else []
    return sufficient([asked.msp for asked in group], policies, node.config)


def _stop_if_hopeless(answers: _Answers, own: str) -> None:
    """A refusal by our own checks or chaincode is the same everywhere. Raises CollectionFailed."""
    for asked in answers.bad:
        if asked.msp != own:
            continue
        if asked.outcome.stage is Stage.NOT_ADMITTED:
            raise CollectionFailed(grpc.StatusCode.ABORTED, FAILED, [asked])
        if asked.outcome.stage is Stage.CHAINCODE_REFUSED:
            raise CollectionFailed(grpc.StatusCode.ABORTED, FAILED, [asked], answers.failing())


def _failure(answers: _Answers) -> CollectionFailed:
    # Each peer is told of once: a client that counts refusals would take one that is behind for two.
    bad = sorted(answers.bad, key=lambda asked: asked.outcome.stage is not Stage.CHAINCODE_REFUSED)
    _log_differing(answers)
    differing = [Asked(asked.msp, asked.outcome, mismatch=True) for asked in answers.differing()]
    if differing or any(asked.outcome.stage is Stage.CHAINCODE_REFUSED for asked in bad):
        return CollectionFailed(grpc.StatusCode.ABORTED, NOT_ENOUGH, [*differing, *bad], answers.failing())
    away = all(asked.away for asked in bad)
    status = grpc.StatusCode.UNAVAILABLE if away else grpc.StatusCode.ABORTED
    return CollectionFailed(status, NOT_ENOUGH, bad, answers.failing())


def _log_differing(answers: _Answers) -> None:
    """A line for each peer that signed another result; that of a peer that is a block behind differs, too."""
    for asked in answers.differing():
        log.warning("%s endorsed something else than the others: %s", asked.msp, MISMATCH)
