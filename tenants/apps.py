"""The tenants application; its tables live in the shared schema."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Know what ends sessions."""
        from tenants import sessions  # noqa: PLC0415 (models are ready from here on)

        sessions.connect()
