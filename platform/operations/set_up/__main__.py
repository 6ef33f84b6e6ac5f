"""`make setup`: everything a fresh checkout needs, quick when nothing is to do. Writes how long it took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

PYTHON_AT_LEAST = (3, 11)
ROOT = Path(__file__).resolve().parents[3]
NEEDED = ".".join(map(str, PYTHON_AT_LEAST))


def main(arguments: list[str]) -> int:
    """Exit status of the set-up: 0 done, 1 with one sentence on what is missing."""
    if sys.version_info < PYTHON_AT_LEAST:
        print(f"set-up: Python {NEEDED} or newer is needed, this is {sys.version.split()[0]}; set PYTHON=...")
        return 1
    from . import debian, front_end, packages
    from .shell import SetUpFailed, say

    began = time.monotonic()
    try:
        debian.ensure(browser="--browser" in arguments)
        packages.ensure(ROOT)
        front_end.ensure(ROOT)
    except SetUpFailed as error:
        say(str(error))
        return 1
    seconds = round(time.monotonic() - began, 1)
    (ROOT / ".venv" / "tanheng-setup.json").write_text(json.dumps({"seconds": seconds}), encoding="utf-8")
    say(f"ready in {seconds} s")
    return 0


sys.exit(main(sys.argv[1:]))
