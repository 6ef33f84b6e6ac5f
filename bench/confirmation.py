"""`python -m bench.confirmation --trades 60 --mints 12`, in a site's environment: one JSON object of times.

A program of its own, because Django is set up once a process and for one site.
"""

from __future__ import annotations

import importlib

from operations.django_project import start

if __name__ == "__main__":
    start()
    importlib.import_module("bench.market_drive").main()
