"""The shared-schema half of ingest: django-tenants splits schemas by application."""

from django.apps import AppConfig


class HotConfig(AppConfig):
    name = "ingest.hot"
    label = "ingest_hot"
    default_auto_field = "django.db.models.BigAutoField"
