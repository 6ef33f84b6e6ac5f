"""The project as an application: for its management commands; it has no tables."""

from django.apps import AppConfig


class TanhengConfig(AppConfig):
    name = "tanheng"
    label = "tanheng"
