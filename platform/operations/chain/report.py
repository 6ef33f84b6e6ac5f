"""One audit over all organisations' peers: sums of each state and deviations between them, as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ledger.network import Network
from lexicon import canonical

from operations.chain.audit import Audit, audit
from operations.chain.compare import deviations
from operations.chain.decided import Decider
from operations.chain.peers import Held, held_by
from operations.chain.state import State

Told = dict[str, Any]


def examine(network: Network, organisations: Sequence[str], *, rules_since: int = 0) -> Told:
    """The audit's whole answer; `faults` holds every sentence, `deviations` the same of peers in parts.

    rules_since: of blocks before it only who signed is looked at, not what the rules of today give.
    """
    peers = asyncio.run(_all(network, organisations, rules_since))
    return judge(peers)


async def _all(network: Network, organisations: Sequence[str], rules_since: int) -> list[Held]:
    decider = Decider(chaincode=network.chaincode, rules_since=rules_since)
    return [await held_by(network, name, decider) for name in organisations]


def judge(peers: Sequence[Held]) -> Told:
    """What the peers' rows and blocks come to."""
    apart = deviations(peers)
    sums = {peer.organisation: _sums(peer) for peer in peers if not peer.silent}
    faults = [f"{peer.organisation}: does not answer: {peer.silent}" for peer in peers if peer.silent]
    faults += [str(one) for one in apart]
    faults += [f"{peer.organisation}: {fault}" for peer in peers for fault in peer.told.undecided]
    faults += [f"{name}: {fault}" for name, found in sums.items() for fault in found.faults]
    first = next(iter(sums.values()), Audit())
    return {
        **first.as_json(),
        "ok": not faults,
        "height": max((peer.told.height for peer in peers), default=0),
        "transactions": max((peer.told.transactions for peer in peers), default=0),
        "invalid": max((peer.told.invalid for peer in peers), default=0),
        "configurations": list(dict.fromkeys(one for peer in peers for one in peer.told.configurations)),
        "organisations": {peer.organisation: _peer(peer) for peer in peers},
        "deviations": [asdict(one) for one in apart],
        "faults": faults,
    }


def _sums(peer: Held) -> Audit:
    """The rules over the rows that the peer holds, not over what its blocks say."""
    state, unreadable = State(written=peer.told.written, past=peer.told.past), []
    for key, value in peer.rows.items():
        try:
            state.objects[key] = canonical.decode_object(value)
        except canonical.NotCanonical:
            unreadable.append(f"{'~'.join(key)}: the row is no canonical JSON")
    found = audit(state)
    found.faults += unreadable
    return found


def _peer(peer: Held) -> Told:
    if peer.silent:
        return {"answers": False, "because": peer.silent}
    last = peer.told.height - 1
    return {
        "answers": True,
        "height": peer.told.height,
        "rows": len(peer.rows),
        "block_hash": peer.told.headers[last].hex(),
        "commit_hash": peer.told.commits[last].hex(),
    }


def lines(told: Told) -> list[str]:
    """The answer for people."""
    shown = [
        f"{name:12} "
        + (
            f"height {peer['height']}, {peer['rows']} rows, commit hash {peer['commit_hash'][:16]}"
            if peer["answers"]
            else f"does not answer: {peer['because']}"
        )
        for name, peer in told["organisations"].items()
    ]
    names = ("transactions", "invalid", "coin_issued_cents", "coin_unspent_cents", "reports_minted", "trades")
    shown += [f"{name:20} {told[name]}" for name in names]
    shown += [f"{token:20} {sums}" for token, sums in told["allowances_t"].items()]
    shown += told["configurations"]
    shown += told["faults"] or ["every rule holds, and the peers agree"]
    return [_one_line(one) for one in shown]


def _one_line(text: str) -> str:
    """The same on one line: a forged key, or a peer's words, may hold what a terminal would obey."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
