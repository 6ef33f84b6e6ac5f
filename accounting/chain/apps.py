"""The shared half of accounting as a Django application."""

from django.apps import AppConfig


class AccountingChainConfig(AppConfig):
    name = "accounting.chain"
    label = "accounting_chain"
    default_auto_field = "django.db.models.BigAutoField"
