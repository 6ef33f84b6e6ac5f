"""The enterprise's side of ingest: its plants, meters and gateways."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Lives in each tenant's schema."""

    name = "ingest"
    verbose_name = "plants and meters"

    def ready(self) -> None:
        """Own the plants' live topics."""
        from ingest import topics  # noqa: PLC0415 (models may be imported only now)

        topics.register()
