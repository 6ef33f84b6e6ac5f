"""`python -m bench.trades_load --until FILE`: trades without a pause on a running site.

For drills: what was signed is followed to its end, however the parts die meanwhile. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

from operations.django_project import start


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until", type=Path, required=True)
    parser.add_argument("--ready", type=Path, required=True, help="made when the market is open")
    parser.add_argument("--traders", type=int, default=4)
    given = parser.parse_args()
    start()
    load: Any = importlib.import_module("bench.trades_under_fire")
    print(json.dumps(load.run(until=given.until, ready=given.ready, traders=given.traders)))


if __name__ == "__main__":
    main()
