"""What each organisation's own peer holds: its rows, read through the chaincode, beside what its blocks say.

The same on both engines: heights by `qscc`, rows by the chaincode's `state_rows`, blocks by Deliver.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from ledger.blocks import BlockDamaged
from ledger.errors import LedgerError
from ledger.gateway import Gateway
from ledger.network import Network, NoNetwork
from lexicon import canonical
from lexicon.records import OBJECTS

from operations.chain.decided import Decider
from operations.chain.state import Key, State, read_blocks

# Rows asked for at once: an answer stays far below gRPC's 100 MB and Fabric's 100,000 results.
ROWS_MAX = 20_000
# Signs of which ids, digests and numbers in keys are made.
SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.~:"
ROWS_TIMEOUT_S = 60.0
# `params` holds one object of each group and is no record type of its own.
KINDS = (*OBJECTS, "params")


@dataclass(frozen=True, slots=True)
class Held:
    """One organisation's peer: `told` by its blocks, `rows` of its state. `silent`: why there are none."""

    organisation: str
    told: State
    rows: Mapping[Key, bytes]
    silent: str = ""


async def held_by(network: Network, organisation: str, decider: Decider | None = None) -> Held:
    """The peer's rows at the height of its blocks; of a peer that gives no answer that can be read, why.

    decider: decides each transaction of its blocks once more.
    """
    try:
        async with Gateway.of(network, organisation, "service") as gateway:
            return await _held(gateway, network, organisation, decider)
    except (LedgerError, TimeoutError, BlockDamaged, NoNetwork, OSError) as error:
        return Held(organisation, State(), {}, silent=str(error) or type(error).__name__)
    except (DecodeError, ValueError, TypeError, LookupError) as error:
        # Another organisation's peer may say anything.
        return Held(organisation, State(), {}, silent=f"its answer cannot be read ({type(error).__name__})")


async def _held(gateway: Gateway, network: Network, organisation: str, decider: Decider | None) -> Held:
    before = await gateway.height()
    first = await read_blocks(gateway, height=before, chaincode=network.chaincode)
    rows = await rows_of(gateway, first.values)
    after = await gateway.height()
    told = await read_blocks(gateway, height=after, chaincode=network.chaincode, decider=decider)
    # What was written while the rows were read is told by the blocks: those rows are of no one height.
    moving = {key for key, block in told.written.items() if block >= before}
    still = {key: value for key, value in rows.items() if key not in moving}
    return Held(organisation, told, still | {key: told.values[key] for key in moving if key in told.values})


async def rows_of(gateway: Gateway, expected: Iterable[Key]) -> dict[Key, bytes]:
    """Every row of the peer's state, also those that nobody expects; `expected` sizes the questions.

    Raises LedgerError.
    """
    rows: dict[Key, bytes] = {}
    sizes = _Sizes(expected)
    for kind in KINDS:
        waiting = [""]
        while waiting:
            start = waiting.pop()
            if sizes.under(kind, start) > ROWS_MAX:
                waiting += [start + sign for sign in SIGNS]
                continue
            question = canonical.encode({"object": kind, "start": start})
            answer = await gateway.evaluate("state_rows", question, timeout_s=ROWS_TIMEOUT_S)
            rows.update({tuple(key): base64.b64decode(value) for key, value in json.loads(answer)})
    return rows


class _Sizes:
    """How many expected keys begin in a given way."""

    def __init__(self, expected: Iterable[Key]) -> None:
        self._texts: dict[str, list[str]] = {}
        for kind, *parts in expected:
            self._texts.setdefault(kind, []).append("~".join(parts))

    def under(self, kind: str, start: str) -> int:
        return sum(text.startswith(start) for text in self._texts.get(kind, ()))
