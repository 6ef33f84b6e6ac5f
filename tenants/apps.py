"""The tenants application; its tables live in the shared schema."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the API schema's extensions."""
        import tenants.openapi  # noqa: F401, PLC0415 (known to the schema by being imported)
