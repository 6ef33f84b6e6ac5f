"""`python -m bench.ingest_store`: points a second into the store that the settings name, new and repeated.

A program of its own, because Django is set up once a process.
"""

from __future__ import annotations

import importlib

from operations.django_project import start

if __name__ == "__main__":
    start()
    importlib.import_module("bench.ingest_points").main()
