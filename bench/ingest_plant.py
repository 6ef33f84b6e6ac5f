"""`python -m bench.ingest_plant FILE FOLDER`: an enterprise with that plant in a scratch database.

A program of its own, because Django is set up once a process. Prints the gateway's sign-in as JSON.
"""

from __future__ import annotations

import importlib

from operations.django_project import start

if __name__ == "__main__":
    start()
    importlib.import_module("bench.ingest_enterprise").main()
