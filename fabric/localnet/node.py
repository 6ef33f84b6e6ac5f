"""What makes up a running peer: configuration, ledger, identity, links, and how it reports itself."""

import logging
import time
from collections import OrderedDict, deque
from pathlib import Path
from typing import Any

from fabric_protos.common import common_pb2
from ledger.commit import code_name
from ledger.identity import Identity
from ledger.network import Network, Organisation, node_identity

from localnet.chain import Chain
from localnet.chaincode_link import EXECUTE_TIMEOUT_S, ChaincodeLink
from localnet.channel import Channel
from localnet.config import ChannelConfig
from localnet.lull import Lull
from localnet.state import Commit
from localnet.tip import Tip
from localnet.validate import Validator
from localnet.waiters import Waiters

log = logging.getLogger(__name__)
# Two that read the same in the same moment: the client is told, and asks again.
_RACES = frozenset({"MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT"})
# `network status` shows percentiles over so many transactions.
CONFIRM_TIMES_KEPT = 1000
# Endorsed here and never submitted: forgotten after so many newer ones.
BEGUN_KEPT = 10_000


def node_folder(network: Network, name: str) -> Path:
    """Where a node (an organisation's name, or `orderer`) keeps its data."""
    return network.folder / "nodes" / name


class Node:
    """A peer of one organisation."""

    def __init__(
        self,
        network: Network,
        organisation: str,
        *,
        strict: bool = False,
        execute_timeout_s: float = EXECUTE_TIMEOUT_S,
    ) -> None:
        genesis = common_pb2.Block.FromString(network.genesis())
        self.network = network
        self.organisation: Organisation = network.organisation(organisation)
        self.channel = Channel(genesis)
        self.roster = self.channel.roster
        self.identity: Identity = node_identity(network, organisation, "peer")
        self.chaincode = ChaincodeLink(
            name=network.chaincode,
            address=self.organisation.chaincode,
            execute_timeout_s=execute_timeout_s,
        )
        self.tip = Tip()
        self.waiters = Waiters()
        validator = Validator(channel=self.channel, chaincode=network.chaincode)
        self.chain = Chain(
            folder=node_folder(network, organisation), genesis=genesis, validator=validator, strict=strict
        )
        self.lull = Lull(self.chain.state)
        self._begun: OrderedDict[str, float] = OrderedDict()
        self._confirm_s: deque[float] = deque(maxlen=CONFIRM_TIMES_KEPT)
        self.last_walk: dict[str, Any] = {}
        # Why no block can be committed just now (a full disk); it goes by itself when the reason goes.
        self.trouble: str | None = None

    @property
    def config(self) -> ChannelConfig:
        """The configuration in force."""
        return self.channel.config

    @property
    def height(self) -> int:
        """How many blocks this peer shows."""
        return self.chain.height

    def read_block(self, number: int) -> bytes:
        """A block's bytes, as this peer stores it."""
        return self.chain.blocks.read(number)

    def begin(self, tx_id: str) -> None:
        """A transaction was brought to this gateway: its confirmation time starts."""
        self._begun[tx_id] = time.monotonic()
        if len(self._begun) > BEGUN_KEPT:
            self._begun.popitem(last=False)

    def committed(self, block: common_pb2.Block, commit: Commit | None) -> None:
        """A block is committed: wake those who wait for it or its transactions."""
        if commit is not None:
            now = time.monotonic()
            for tx_id, number in commit.transaction_ids:
                self.waiters.answer(tx_id, block=block.header.number, code=commit.codes[number])
                begun = self._begun.pop(tx_id, None)
                if begun is not None and commit.codes[number] == 0:
                    self._confirm_s.append(now - begun)
            _tell_uncounted(commit)
        self.tip.advance()

    def status(self) -> dict[str, Any]:
        """Height, hashes, state root, damage and confirmation times (whole microseconds) of this peer."""
        chain = self.chain
        times = sorted(self._confirm_s)
        return {
            "organisation": self.organisation.name,
            "msp": self.organisation.msp,
            "height": chain.height,
            "block_hash": chain.state.block_row(chain.height - 1)[0].hex(),
            "commit_hash": chain.commit_hash().hex(),
            "state_root": chain.state.root.digest().hex(),
            "damage": chain.damage,
            "trouble": self.trouble,
            "chaincode_connected": self.chaincode.connected,
            "walk": self.last_walk,
            "confirmations": len(times),
            "confirm_p50_us": _percentile_us(times, 50),
            "confirm_p95_us": _percentile_us(times, 95),
        }


def _tell_uncounted(commit: Commit) -> None:
    """One line for each transaction of a block that changed nothing; a lost race is no fault."""
    for number, code in enumerate(commit.codes):
        if code:
            log.log(
                logging.INFO if code_name(code) in _RACES else logging.WARNING,
                "does not count, %s: transaction %d of block %d",
                code_name(code),
                number,
                commit.number,
            )


def _percentile_us(ordered: list[float], percent: int) -> int | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1_000_000)
