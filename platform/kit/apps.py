"""The kit as a Django application: it owns tables of the shared schema."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
