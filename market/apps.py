"""The market application."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "market"
    label = "market"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Own the live topics."""
        from market import topics  # noqa: PLC0415 - models may be imported only now

        topics.register()
