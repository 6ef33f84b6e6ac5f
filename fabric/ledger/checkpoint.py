"""How far a reader of events has come; it is saved together with the effect of the event."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The last event done: its block, and its transaction ("" before the first)."""

    block_number: int = 0
    tx_id: str = ""

    def advanced(self, *, block_number: int, tx_id: str) -> "Checkpoint":
        """The checkpoint after one more event. Raises ValueError when the event lies in an earlier block."""
        if block_number < self.block_number:
            raise ValueError(f"event of block {block_number} after block {self.block_number}")
        return Checkpoint(block_number, tx_id)
