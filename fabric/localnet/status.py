"""`python -m localnet.status --home DIR [--json]`: how the network stands, node by node."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ledger.identities import days_left, first_expiry
from ledger.network import Network, load

from localnet.probe import NodeSilent, orderer_height, peer_status


def network_status(network: Network) -> dict[str, Any]:
    """Heights, lag, hashes, state roots, certificate expiry and confirmation times.

    `agree` is true when every peer answers, none is damaged, and peers of one height show one block hash,
    commit hash and state root. Times are whole microseconds over the last 1,000 transactions of each gateway.
    """
    peers = {name: _peer(network, name) for name in network.organisations}
    orderer = _orderer(network)
    top = max([orderer.get("height") or 0, *(peer.get("height") or 0 for peer in peers.values())])
    for peer in peers.values():
        if "height" in peer:
            peer["lag"] = top - peer["height"]
    return {
        "network": network.network,
        "channel": network.channel,
        "engine": network.engine,
        "orderer": orderer,
        "peers": peers,
        "agree": _agree(list(peers.values())),
        "certificates_expire": {
            name: until.date().isoformat() for name, until in first_expiry(network).items()
        },
        "certificate_days_left": days_left(network),
    }


def _peer(network: Network, name: str) -> dict[str, Any]:
    address = network.organisation(name).peer
    try:
        return {"address": address, "answers": True, **peer_status(network, name)}
    except NodeSilent as silent:
        return {"address": address, "answers": False, "because": str(silent)}


def _orderer(network: Network) -> dict[str, Any]:
    try:
        return {"address": network.orderer, "answers": True, "height": orderer_height(network)}
    except NodeSilent as silent:
        return {"address": network.orderer, "answers": False, "because": str(silent)}


def _agree(peers: list[dict[str, Any]]) -> bool:
    if not all(peer["answers"] and peer["damage"] is None for peer in peers):
        return False
    shown: dict[int, set[tuple[str, str, str]]] = {}
    for peer in peers:
        facts = (peer["block_hash"], peer["commit_hash"], peer["state_root"])
        shown.setdefault(peer["height"], set()).add(facts)
    return all(len(facts) == 1 for facts in shown.values())


def is_well(status: dict[str, Any]) -> bool:
    """Whether all peers answer and agree, none is in trouble, and an orderer answers; of either engine."""
    trouble = any(peer.get("trouble") for peer in status["peers"].values())
    return bool(status["agree"] and not trouble and status["orderer"]["answers"])


def describe(status: dict[str, Any]) -> list[str]:
    """The status of either engine as lines for people."""
    lines = [f"network {status['network'][:16]}  channel {status['channel']}  engine {status['engine']}"]
    for name, orderer in status.get("orderers", {"orderer": status["orderer"]}).items():
        lines.append(f"{name:<19} {orderer['address']}  {_height_or_reason(orderer)}")
    lines += [f"{name:<19} {_peer_line(peer)}" for name, peer in status["peers"].items()]
    days = ", ".join(f"{name} {left}" for name, left in status["certificate_days_left"].items())
    lines.append(f"days until the first certificate expires: {days}")
    if not status["agree"]:
        lines.append("the peers do not all answer and agree")
    elif is_well(status):
        lines.append("all peers agree")
    else:
        lines.append("all peers agree, and the network is not well: see above")
    return lines


def _peer_line(peer: dict[str, Any]) -> str:
    line = f"{peer['address']}  {_height_or_reason(peer)}"
    if not peer["answers"]:
        return line
    line += f"  lag {peer['lag']}  block {peer['block_hash'][:12]}  commit {peer['commit_hash'][:12]}"
    line += f"  root {peer['state_root'][:12]}" if "state_root" in peer else ""
    line += f"  {_confirmation(peer)}"
    line += f"  DAMAGED: {peer['damage']}" if peer["damage"] else ""
    return line + (f"  IN TROUBLE: {peer['trouble']}" if peer.get("trouble") else "")


def _confirmation(peer: dict[str, Any]) -> str:
    """Times of confirmation, or in words why there are none."""
    if "confirmations" not in peer:
        return "confirmation times: Fabric's peers keep none (the site's explorer shows them)"
    if not peer["confirmations"]:
        return "confirmation times: none yet"
    times = f"{_ms(peer['confirm_p50_us'])}/{_ms(peer['confirm_p95_us'])} ms"
    return f"confirm p50/p95 {times} of {peer['confirmations']}"


def _height_or_reason(node: dict[str, Any]) -> str:
    return f"height {node['height']}" if node["answers"] else f"silent: {node['because']}"


def _ms(microseconds: int) -> str:
    return f"{microseconds // 1000}.{microseconds // 100 % 10}"


def main() -> int:
    """Command line; exit status 0 if all nodes answer and agree and none is in trouble."""
    parser = argparse.ArgumentParser(prog="localnet.status", description="How the network stands.")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    arguments = parser.parse_args()
    status = network_status(load(arguments.home))
    text = json.dumps(status) if arguments.json else "\n".join(describe(status))
    sys.stdout.write(text + "\n")
    return 0 if is_well(status) else 1


if __name__ == "__main__":
    sys.exit(main())
