"""Where a reader of the chain stands, and the blocks and events the explorer shows."""

from django.db.models import Max
from kit import clock
from ledger.checkpoint import Checkpoint as Place
from ledger.events import Block as LedgerBlock
from ledger.events import LedgerEvent

from market.models import Block, ChainEvent, ChainTransaction, Checkpoint
from market.services.upsert import upsert


def checkpoint(reader: str) -> Place:
    """How far `reader` has come; the beginning when it never ran."""
    row = Checkpoint.objects.filter(pk=reader).first()
    return Place(row.block_number, row.tx_id) if row else Place()


def advance(reader: str, event: LedgerEvent) -> bool:
    """Note that an event is being applied, in the caller's transaction; false when it was applied before."""
    row = ChainEvent(
        tx_id=event.tx_id,
        block_number=event.block_number,
        name=event.name,
        intent=event.intent,
        account=event.account,
        person=event.person,
        at=event.at,
        objects_written=[[write.object, *write.key] for write in event.writes],
    )
    if ChainEvent.objects.filter(pk=event.tx_id).exists():
        return False
    row.save(force_insert=True)
    place = Checkpoint(reader=reader, block_number=event.block_number, tx_id=event.tx_id)
    upsert(Checkpoint, [place])
    return True


def next_block() -> int:
    """The number of the first block that is not stored."""
    last = Block.objects.aggregate(last=Max("number"))["last"]
    return 0 if last is None else int(last) + 1


def store_block(block: LedgerBlock) -> bool:
    """Keep a block and its transactions, valid or not, in the caller's transaction; false if it is there."""
    _, created = Block.objects.get_or_create(
        number=block.number,
        defaults={
            "header_hash": block.header_hash,
            "previous_hash": block.previous_hash,
            "data_hash": block.data_hash,
            "transactions": len(block.transactions),
            "seen_at": clock.now(),
        },
    )
    if not created:
        return False
    ChainTransaction.objects.bulk_create(
        ChainTransaction(
            tx_id=item.tx_id,
            block_id=block.number,
            number=item.number,
            name=item.name[:60],
            kind=item.kind,
            code=item.code,
            creator_msp=item.creator_msp,
            endorsers=list(item.endorsers),
            peers=[list(one) for one in item.peers],
            created_at=item.created_at,
            size_bytes=item.size_bytes,
        )
        for item in block.transactions
    )
    return True
