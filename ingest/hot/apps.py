"""The shared side of ingest."""

from django.apps import AppConfig


class HotConfig(AppConfig):
    """Lives in the shared schema."""

    name = "ingest.hot"
    label = "hot"
    verbose_name = "readings and hours"
