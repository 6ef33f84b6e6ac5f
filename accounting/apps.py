"""The accounting application."""

from django.apps import AppConfig


class AccountingConfig(AppConfig):
    name = "accounting"
    label = "accounting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the calibration register that a meter's page asks."""
        from accounting.services import calibrations  # noqa: PLC0415 (models may be imported only now)
        from ingest.selectors import calibrated  # noqa: PLC0415

        calibrated.ask(calibrations.holds)
