"""A message as the broker handed it over, and the receipt that goes back for it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message with the instant of its arrival, ms since 1970 UTC."""

    topic: str
    payload: bytes
    received_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a gateway may forget: of one boot of a meter, every sequence up to `to` is decided on, durably.

    digest: of the stored batch that ends at `to`, or empty. refused: why a whole batch was not accepted, with
    the `digest` of that batch.
    """

    topic: str
    boot: int
    to: int
    digest: str
    refused: str = ""
