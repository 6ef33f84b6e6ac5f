"""The background walk: count every row and check every block again, and name what was edited.

Edited blocks are found by their hashes, edited rows by the state root; which row it was, by replaying the
blocks into a second state.
"""

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fabric_protos.common import common_pb2
from ledger.blocks import BlockDamaged, check_block, header_hash

from localnet.chain import Chain
from localnet.state import State, rows, walk_root

if TYPE_CHECKING:
    from localnet.node import Node

# A whole round in under ten minutes, as design/ledger.md promises, up to 100,000 reports and lots: 13 s of
# processor for their blocks and 9 s for their rows. Rows are read at one height, which keeps SQLite from
# beginning its log anew (`lull`): they go faster.
REST_S = 240.0
BLOCKS_SHARE, ROWS_SHARE = 0.05, 0.2
# The thread holds Python's lock so long at most while a transaction waits for it.
STEP_S = 0.001
ROWS_A_STEP = 20
# Together under half a second: a peer's start must stay within two.
FIRST_BLOCKS = 1_000
FIRST_ROWS = 10_000
log = logging.getLogger(__name__)


def first_walk(node: "Node") -> None:
    """Walk before the peer answers anybody, where that takes no time to speak of; else `walk` comes to it."""
    if node.height <= FIRST_BLOCKS and node.chain.state.count_rows() <= FIRST_ROWS:
        _note(node, find_damage(node.chain, pause=lambda _: None))


async def walk(node: "Node") -> None:
    """Walk for ever; damage is noted in the node's chain."""
    while True:
        _note(node, await asyncio.to_thread(find_damage, node.chain, pause=time.sleep))
        await asyncio.sleep(REST_S)


def _note(node: "Node", found: str | None) -> None:
    node.last_walk = {"height": node.height, "found": found}
    if found and node.chain.damage is None:
        node.chain.damage = found
        node.tip.advance()
        log.error("this peer stops endorsing: %s", found)


class Pace:
    """Lets a walk use no more than a share of one processor, in steps so short that nobody waits for it.

    pause(seconds): sleeps.
    """

    def __init__(self, share: float, pause: Callable[[float], None]) -> None:
        self._rest = 1 / share - 1
        self._pause = pause
        self._began = time.thread_time()

    def step(self) -> None:
        """Something was done: sleeps if it was a step's worth of the thread's own processor time."""
        worked = time.thread_time() - self._began
        if worked >= STEP_S:
            self._pause(worked * self._rest)
            self._began = time.thread_time()


def find_damage(chain: Chain, *, pause: Callable[[float], None]) -> str | None:
    """What is wrong with blocks or rows, in words; None if nothing is. pause(seconds): sleeps."""
    return _damaged_block(chain, Pace(BLOCKS_SHARE, pause)) or _damaged_row(chain, Pace(ROWS_SHARE, pause))


def _damaged_block(chain: Chain, pace: Pace) -> str | None:
    previous = b""
    for number in range(chain.blocks.height):
        try:
            block = common_pb2.Block.FromString(chain.blocks.read(number))
            check_block(block, number=number, previous_hash=previous)
        except (BlockDamaged, OSError, ValueError) as damaged:
            return str(damaged)
        previous = header_hash(block.header)
        pace.step()
    return None


def _damaged_row(chain: Chain, pace: Pace) -> str | None:
    steps = walk_root(chain.state.path, batch=ROWS_A_STEP)
    counted = next(steps)
    for following in steps:
        counted = following
        pace.step()
    if counted.found.digest() == counted.stored.digest():
        return None
    return _name_row(chain)


def _name_row(chain: Chain) -> str:
    """Replay the blocks into a second state and compare row by row."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = State(Path(folder) / "state.db")
        with contextlib.closing(fresh):
            chain.replay_into(fresh)
            right = {(namespace, key): row for namespace, key, row in rows(fresh.path)}
    held = {(namespace, key): row for namespace, key, row in rows(chain.state.path)}
    for namespace, key in sorted(right.keys() | held.keys()):
        if right.get((namespace, key)) != held.get((namespace, key)):
            name = key.decode("utf-8", "replace").replace("\0", "~")
            return f"the state of key {name} is not what the blocks say: somebody edited state.db"
    return "the state root is not what the rows say: somebody edited state.db"
