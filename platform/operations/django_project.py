"""Starts Django inside a command of ours that needs the database."""

from __future__ import annotations

import os


def start() -> None:
    """Load settings and applications once; quick when done before."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    django.setup()
