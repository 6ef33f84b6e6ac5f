"""`python -m bench.inside MODULE WORDS...`: a bench's part that needs the product set up; prints JSON.

A program of its own, because Django is set up once a process. The module's `main` reads `sys.argv[1:]`.
"""

from __future__ import annotations

import importlib
import sys

from operations.django_project import start

if __name__ == "__main__":
    start()
    del sys.argv[0]
    importlib.import_module(sys.argv[0]).main()
