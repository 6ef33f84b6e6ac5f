"""The last step of a transaction: what became of it in the ledger."""

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


def code_name(number: int) -> str:
    """Fabric's name of a TxValidationCode."""
    try:
        return str(transaction_pb2.TxValidationCode.Name(number))
    except ValueError:
        return f"CODE_{number}"
