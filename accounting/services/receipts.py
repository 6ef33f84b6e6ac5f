"""Who endorsed a transaction: asked of whoever follows whole blocks, which lies above this application.

The project tells at start whom to ask; until it knows a transaction, a receipt waits.
"""

from collections.abc import Callable

Endorsers = Callable[[str], list[str] | None]


class _Asked:
    """Holds the one function that is asked; None before the project has said which."""

    function: Endorsers | None = None


def ask(function: Endorsers) -> None:
    """From now on, ask this: transaction id to names of endorsing organisations, None when not seen yet."""
    _Asked.function = function


def endorsers_of(tx_id: str) -> list[str] | None:
    """Names of the endorsing organisations, or None while nobody knows the transaction."""
    return _Asked.function(tx_id) if _Asked.function and tx_id else None
