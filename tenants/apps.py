"""The tenants application; its tables live in the shared schema."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the API schema's extensions, and what ends sessions."""
        import tenants.openapi  # noqa: F401, PLC0415 (known to the schema by being imported)
        from tenants import sessions  # noqa: PLC0415 (models are ready from here on)

        sessions.connect()
