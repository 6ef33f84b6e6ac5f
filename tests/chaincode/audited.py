"""A town's ledger as the audit reads a peer's: each call is a block of its own."""

import hashlib
import json
from functools import cache

from operations.chain.audit import audit
from operations.chain.state import State, is_dated, key_of


def faults(town):
    """What `tanheng ledger audit` finds in a town: nothing, if every call was a legal one."""
    return audit(state_of(town)).faults


def state_of(town):
    """Its rows, with the call that wrote each and the earlier values of what is dated."""
    state = State(objects={key_of(name): _read(value) for name, value in town.values.items()})
    for name, versions in town.past.items():
        key = key_of(name)
        state.written[key] = _call_of(versions[-1][0])
        if is_dated(key):
            state.past[key] = [(_call_of(tx), _read(value)) for tx, _, value in versions if value]
    return state


# The histories read the same rows after every step.
_read = cache(json.loads)
# Calls of the longest history, and of a founded town before it.
_NUMBERS = {hashlib.sha256(f"tx {n}".encode()).hexdigest(): n for n in range(20_000)}


def _call_of(tx):
    return _NUMBERS[tx]
