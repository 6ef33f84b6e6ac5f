"""Which programs of others a bench or a drill ran with, by their own words."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# How each tells its version; Mosquitto does so above its help.
_WORDS = {"influxd": "version", "mosquitto": "-h", "telegraf": "--version"}
# After a `v` or the program's name; up to what only a build would know.
_VERSION = re.compile(r"(?:version |InfluxDB |Telegraf |PostgreSQL\) )v?([0-9A-Za-z][^\s,]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A program and its version: "unknown" where it names none."""

    program: str
    version: str


def used(path: str) -> Used:
    """The program at a path."""
    name = Path(path).name
    done = subprocess.run(
        [path, _WORDS.get(name, "--version")],
        capture_output=True, text=True, errors="replace", check=False, timeout=60,
    )  # fmt: skip
    found = _VERSION.search(done.stdout + done.stderr)
    return Used(program=name, version=found[1] if found else "unknown")


def told(outcomes: list[Used]) -> dict[str, dict[str, str]]:
    """`with` of the last line's object; nothing where no program was named."""
    return {"with": {one.program: one.version for one in outcomes}} if outcomes else {}
