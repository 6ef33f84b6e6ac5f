"""`python -m bench.accounting_load TENANTS`: measures accounting in a scratch database, prints JSON.

A program of its own, because Django is set up once a process.
"""

from __future__ import annotations

import importlib

from operations.django_project import start

if __name__ == "__main__":
    start()
    importlib.import_module("bench.accounting_enterprise").main()
