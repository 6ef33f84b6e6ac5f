"""The last step of a transaction: what became of it in the ledger."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from fabric_protos.peer import transaction_pb2

from ledger.errors import CommitError

VALID = "VALID"


@dataclass(frozen=True, slots=True)
class Commit:
    """The orderer accepted the envelope. Accepted is not committed: ask for the status."""

    tx_id: str


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """Where a transaction stands in the chain and whether it counts; `code` is Fabric's name."""

    tx_id: str
    code: str
    block_number: int

    @property
    def valid(self) -> bool:
        """The transaction changed the state."""
        return self.code == VALID

    def require_valid(self) -> "CommitStatus":
        """This status. Raises CommitError when the transaction was marked invalid."""
        if not self.valid:
            raise CommitError(code=self.code, block_number=self.block_number, tx_id=self.tx_id)
        return self


async def confirmed(submit: Awaitable[object], status: Awaitable[CommitStatus]) -> CommitStatus:
    """What became of an envelope that is handed in now. submit, status: the two calls, not begun.

    The peer is asked while the orderer still writes, so its answer comes with the block and not a call later.
    Raises what either call raises; after a submit that failed nobody is asked any more.
    """
    asking = asyncio.ensure_future(status)
    try:
        await submit
    except BaseException:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        raise
    return await asking


def code_name(number: int) -> str:
    """Fabric's name of a TxValidationCode."""
    try:
        return str(transaction_pb2.TxValidationCode.Name(number))
    except ValueError:
        return f"CODE_{number}"
