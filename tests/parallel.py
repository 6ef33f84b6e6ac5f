"""How tests are spread over processes (`make test`): how many of them, and which files begin."""

import os
from collections.abc import Sequence

import pytest

# Files of half a minute and more, the longest first. One of them that began last would leave the others'
# processors idle; whoever makes a longer one adds it (`--durations=50` names them).
LONG = (
    "ingest/test_pipe.py",
    "tanheng/test_stranger.py",
    "chaincode/test_server_keys.py",
    "accounting/test_verification_parts.py",
    "accounting/test_reports.py",
    "operations/chain/test_rebuild.py",
    "localnet/test_durability.py",
    "bench/test_radar.py",
    "agent/test_end_to_end.py",
    "accounting/test_sheets.py",
    "localnet/test_outcomes.py",
    "accounting/test_year.py",
    "accounting/test_witnesses_in_the_product.py",
    "accounting/test_peers.py",
    "chaincode/test_conservation.py",
    "accounting/test_strangers.py",
    "bench/test_chain.py",
    "ingest/test_sparse_numbers.py",
    "accounting/test_frozen_routes.py",
    "chaincode/test_precedence.py",
    "accounting/test_modelling.py",
    "agent/sources/test_opcua.py",
    "accounting/test_every_sector.py",
    "chaincode/test_published_shim.py",
    "localnet/test_bad_input.py",
)


def workers() -> int:
    """One more than there are processors: a test that waits for programs leaves its own to another."""
    return len(os.sched_getaffinity(0)) + 1


def longest_first(items: list[pytest.Item], files: Sequence[str] = LONG) -> None:
    """Put the tests of these files before all others; within a file, and of the others, the order stays."""
    places = {f"tests/{name}": place for place, name in enumerate(files)}
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(places)))
