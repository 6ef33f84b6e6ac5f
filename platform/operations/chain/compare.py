"""Where peers deviate: from their own blocks, and from each other. Pure: names what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from operations.chain.peers import Held
from operations.chain.state import Key


@dataclass(frozen=True, slots=True)
class Deviation:
    """One organisation's key or block that is not what the others, or its own blocks, say.

    `block`: the block, or for a key the one that wrote it last (-1: none ever did).
    """

    organisation: str
    what: str
    block: int
    key: str = ""

    def __str__(self) -> str:
        named = f"key {self.key} (block {self.block})" if self.key else f"block {self.block}"
        return f"{self.organisation}: {named}: {self.what}"


def deviations(peers: Sequence[Held]) -> list[Deviation]:
    """Every deviation of peers that answered: state against own blocks, then blocks against the others'."""
    answering = [peer for peer in peers if not peer.silent]
    found = [deviation for peer in answering for deviation in _from_own_blocks(peer)]
    found += _apart(answering, "the block is another one than the others'", lambda held: held.told.headers)
    found += _apart(answering, "its commit hash differs from the others'", lambda held: held.told.commits)
    return found + list(_rows_apart(answering, {(one.organisation, one.key) for one in found}))


def _from_own_blocks(peer: Held) -> Iterator[Deviation]:
    for key in sorted(peer.rows.keys() | peer.told.values.keys()):
        said, held = peer.told.values.get(key), peer.rows.get(key)
        if said == held:
            continue
        words = "a row that no block wrote" if said is None else "the row differs from what the blocks say"
        yield Deviation(
            peer.organisation,
            "the row is missing" if held is None else words,
            peer.told.written.get(key, -1),
            _name(key),
        )


def _apart(peers: Sequence[Held], what: str, hashes: Callable[[Held], list[bytes]]) -> list[Deviation]:
    """The first block in which an organisation's hash is not that of most."""
    height = min((len(hashes(peer)) for peer in peers), default=0)
    for number in range(height):
        seen = {peer.organisation: hashes(peer)[number] for peer in peers}
        usual = Counter(seen.values()).most_common(1)[0][0]
        if others := [name for name, value in seen.items() if value != usual]:
            return [Deviation(name, what, number) for name in others]
    return []


def _rows_apart(peers: Sequence[Held], known: set[tuple[str, str]]) -> Iterator[Deviation]:
    """Rows of one height that an organisation has otherwise than most, and that were not named before."""
    if len({peer.told.height for peer in peers}) != 1:
        return
    for key in sorted(set().union(*(peer.rows for peer in peers))):
        seen = [peer.rows.get(key) for peer in peers]
        usual = Counter(seen).most_common(1)[0][0]
        for peer, value in zip(peers, seen, strict=True):
            if value != usual and (peer.organisation, _name(key)) not in known:
                block = peer.told.written.get(key, -1)
                yield Deviation(peer.organisation, "the row differs from the others'", block, _name(key))


def _name(key: Key) -> str:
    return "~".join(key)
