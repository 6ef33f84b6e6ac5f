"""A message as the broker handed it over, and the receipt that goes back for it."""

from collections.abc import Callable
from typing import NamedTuple


class Arrived(NamedTuple):
    """One message with the instant of its arrival, ms since 1970 UTC, and what its acknowledgement needs.

    connection counts reconnections: a number (`mid`) means something within one connection only. A tuple,
    because every reading becomes one: it is made six times faster than a frozen dataclass.
    """

    topic: str
    payload: bytes
    received_ms: int = 0
    mid: int = 0
    qos: int = 0
    connection: int = 0


class Receipt(NamedTuple):
    """What a gateway may forget: of one boot of a meter, every sequence up to `to` is decided on, durably.

    digest: of the stored batch that ends at `to`, or empty. refused: why a whole batch was not accepted, with
    the `digest` of that batch. since: of a device that numbers by itself, the sequence that all of it begins
    with; what it sent before is not decided on, whatever `to` says.
    """

    topic: str
    boot: int
    to: int
    digest: str
    refused: str = ""
    since: int = 0


ReceiptOf = Callable[[int], Receipt | None]
"""The receipt of a meter's unsigned readings as it stands when asked for; None where nothing is known."""
