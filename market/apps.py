"""The market application."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "market"
    label = "market"
    default_auto_field = "django.db.models.BigAutoField"
