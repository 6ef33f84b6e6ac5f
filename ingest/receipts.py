"""When gateways are told: signed batches at once, unsigned readings at most once a second and meter. Pure."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.decision import BOOT_UNSIGNED
from ingest.message import Receipt, ReceiptOf

# A device that sends a reading a message gains nothing from a receipt for each.
UNSIGNED_S = 1.0
# What receipts of unsigned readings may cost, however many meters there are: beyond it those that wait
# longest go first, so 10,000 meters at a reading a second are told every ten seconds.
UNSIGNED_PER_S = 1_000
LOOK_S = 0.25


@dataclass(slots=True)
class Pacer:
    """Holds back receipts of unsigned readings; each is made when it goes, so the newest state is told."""

    _told_at: dict[int, float] = field(default_factory=dict)
    _waiting: dict[int, ReceiptOf] = field(default_factory=dict)
    _allowed: float = 0.0
    _counted_at: float = 0.0
    _look_at: float = 0.0

    def take(self, receipts: Sequence[Receipt], unsigned: Mapping[int, ReceiptOf]) -> list[tuple[str, bytes]]:
        """Topics and texts of what is to be sent now. unsigned: meters, and what makes their receipts."""
        self._waiting.update(unsigned)
        return _texts(receipts) + self._due(time.monotonic())

    def overdue(self) -> list[tuple[str, bytes]]:
        """What was held back and is due now; looks a few times a second only."""
        now = time.monotonic()
        if not self._waiting or now < self._look_at:
            return []
        return self._due(now)

    def _due(self, now: float) -> list[tuple[str, bytes]]:
        self._look_at = now + LOOK_S
        gained = (now - self._counted_at) * UNSIGNED_PER_S
        self._allowed, self._counted_at = min(UNSIGNED_PER_S, self._allowed + gained), now
        told_at, due = self._told_at, list[int]()
        for meter in self._waiting:
            if len(due) >= self._allowed:
                break
            if now - told_at.get(meter, float("-inf")) >= UNSIGNED_S:
                told_at[meter] = now
                due.append(meter)
        self._allowed -= len(due)
        made = [self._waiting.pop(meter)(meter) for meter in due]
        return _texts(one for one in made if one)


def _texts(receipts: Iterable[Receipt]) -> list[tuple[str, bytes]]:
    return [(receipt.topic, receipt_text(receipt)) for receipt in receipts]


def receipt_text(receipt: Receipt) -> bytes:
    """The receipt as a gateway reads it: JSON. Boots, sequences, digests and reasons need no escaping.

    at: when it was written, ms UTC, for gateways that sign: they check their clocks by it.
    """
    at = f',"at":{time.time_ns() // 1_000_000}' if receipt.boot > BOOT_UNSIGNED else ""
    refused = f',"refused":"{receipt.refused}"' if receipt.refused else ""
    since = f'"from":{receipt.since},' if receipt.boot == BOOT_UNSIGNED else ""
    named = f'"boot":{receipt.boot},{since}"to":{receipt.to},"hash":"{receipt.digest}"'
    return f'{{"v":1,{named}{at}{refused}}}'.encode()
