"""A flood of bad messages is held as a number after the first few: nobody reads 10,000 torn lines. Pure.

Sequences of what is counted are still among the quarantined ones; what shows tampering is never only counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from lexicon.refusals import Refusal

from ingest.decision import Held
from ingest.reasons import EVIDENCE

# Of one gateway and reason in one minute: a row for each reading of 500 meters whose unit is wrong.
ROWS_PER_MINUTE = 500
# Readings of a fast clock can be released, which a number cannot: a plant of many meters has a row for each.
RELEASABLE_PER_MINUTE = 20_000


@dataclass(frozen=True, slots=True)
class More:
    """How many more like `held` came in that minute; its digest names gateway, reason and minute."""

    held: Held
    digest: str
    count: int


@dataclass(slots=True)
class Floods:
    """What one worker has let through; a restart begins anew."""

    _minute: int = 0
    _rows: Counter[tuple[str, str]] = field(default_factory=Counter)

    def sift(self, held: Sequence[Held], *, now_ms: int) -> tuple[list[Held], list[More]]:
        """Rows to write as they are, and the numbers of the rest."""
        minute = now_ms // 60_000
        if minute != self._minute:
            self._minute = minute
            self._rows.clear()
        rows: list[Held] = []
        rest: dict[tuple[str, str], list[Held]] = {}
        for one in held:
            name = _sender(one.topic), one.reason.value
            self._rows[name] += 1
            most = RELEASABLE_PER_MINUTE if one.reason is Refusal.READING_IN_FUTURE else ROWS_PER_MINUTE
            if self._rows[name] <= most or one.reason in EVIDENCE:
                rows.append(one)
            else:
                rest.setdefault(name, []).append(one)
        return rows, [
            More(ones[0], sha256(f"flood {' '.join(name)} {minute}".encode()).hexdigest(), len(ones))
            for name, ones in rest.items()
        ]


def _sender(topic: str) -> str:
    """The gateway, by the level of the topic that the broker has checked."""
    return topic.split("/", 2)[1] if "/" in topic else ""
