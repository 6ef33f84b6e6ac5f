"""The project as an application: management commands, and what the applications ask of each other."""

from django.apps import AppConfig


class TanhengConfig(AppConfig):
    name = "tanheng"
    label = "tanheng"

    def ready(self) -> None:
        """A receipt names a transaction's endorsers, which only the explorer's tables know."""
        # Models can be imported now and not before.
        from accounting.services import receipts  # noqa: PLC0415
        from market.models import ChainTransaction  # noqa: PLC0415

        def endorsers(tx_id: str) -> list[str] | None:
            row = ChainTransaction.objects.filter(tx_id=tx_id).order_by("block_id").first()
            return list(row.endorsers) if row else None

        receipts.ask(endorsers)
