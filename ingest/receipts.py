"""When gateways are told: signed batches at once, unsigned readings at most once a second and meter. Pure."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.decision import BOOT_UNSIGNED
from ingest.message import Receipt

# A device that sends a reading a message gains nothing from a receipt for each.
UNSIGNED_S = 1.0


@dataclass(slots=True)
class Pacer:
    """Holds back receipts of unsigned readings that would follow another too soon; the newest counts."""

    _told_at: dict[str, float] = field(default_factory=dict)
    _waiting: dict[str, Receipt] = field(default_factory=dict)
    _look_at: float = 0.0

    def take(self, receipts: Sequence[Receipt]) -> list[tuple[str, bytes]]:
        """Topics and texts of what is to be sent now."""
        now = time.monotonic()
        made = []
        for receipt in receipts:
            topic = receipt.topic
            if receipt.boot == BOOT_UNSIGNED and now - self._told_at.get(topic, -UNSIGNED_S) < UNSIGNED_S:
                self._waiting[topic] = receipt
                continue
            if receipt.boot == BOOT_UNSIGNED:
                self._told_at[topic] = now
                self._waiting.pop(topic, None)
            made.append((topic, receipt_text(receipt)))
        return made

    def overdue(self) -> list[tuple[str, bytes]]:
        """What was held back and is due now; looks a few times a second only."""
        now = time.monotonic()
        if not self._waiting or now < self._look_at:
            return []
        self._look_at = now + UNSIGNED_S / 4
        due = [topic for topic in self._waiting if now - self._told_at[topic] >= UNSIGNED_S]
        for topic in due:
            self._told_at[topic] = now
        return [(topic, receipt_text(self._waiting.pop(topic))) for topic in due]


def receipt_text(receipt: Receipt) -> bytes:
    """The receipt as a gateway reads it: JSON. Boots, sequences, digests and reasons need no escaping.

    at: when it was written, ms UTC, for gateways that sign: they check their clocks by it.
    """
    at = f',"at":{time.time_ns() // 1_000_000}' if receipt.boot > BOOT_UNSIGNED else ""
    refused = f',"refused":"{receipt.refused}"' if receipt.refused else ""
    named = f'"boot":{receipt.boot},"to":{receipt.to},"hash":"{receipt.digest}"'
    return f'{{"v":1,{named}{at}{refused}}}'.encode()
