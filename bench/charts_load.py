"""`python -m bench.charts_load METERS MONTHS`: that many meters' hours in a scratch database, times as JSON.

A program of its own, because Django is set up once a process.
"""

from __future__ import annotations

import importlib

from operations.django_project import start

if __name__ == "__main__":
    start()
    importlib.import_module("bench.charts_enterprise").main()
