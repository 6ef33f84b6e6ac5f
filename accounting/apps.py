"""The accounting application."""

from django.apps import AppConfig


class AccountingConfig(AppConfig):
    name = "accounting"
    label = "accounting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the calibration register that a meter's page asks, and say where published factors are."""
        from accounting.domain.factors import published  # noqa: PLC0415 (models may be imported only now)
        from accounting.services import calibrations, factor_versions  # noqa: PLC0415 (as above)
        from ingest.selectors import calibrated  # noqa: PLC0415

        calibrated.ask(calibrations.holds)
        published.ask(factor_versions.text_of)
