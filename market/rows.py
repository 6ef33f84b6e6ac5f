"""What every read model of the ledger carries. Owns the abstract row only."""

from django.db import models


class LedgerRow(models.Model):
    """What every read model carries: the transaction that last wrote it."""

    tx_id = models.CharField(max_length=64)
    block_number = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        abstract = True
