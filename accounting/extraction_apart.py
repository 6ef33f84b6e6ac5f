"""Traits of a stranger's file, read in a process of its own with bounds: `python -m
accounting.extraction_apart`.

The child gets the file on standard input and answers with the JSON of the traits, or nothing when it
was stopped.
"""

import json
import os
import resource
import subprocess
import sys

from accounting.domain.radar.traits import Traits, traits_from

# Thirty scanned pages take ten seconds on the small machine.
CPU_S_MAX = 40
WALL_S_MAX = 90
MEMORY_BYTES_MAX = 1536 * 1024 * 1024


def read(content: bytes, media_type: str) -> Traits:
    """The traits of a file, whatever it does; unreadable ones say so."""
    command = [sys.executable, "-m", "accounting.extraction_apart", media_type]
    # One thread: each more of the numeric library reserves memory of its own.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=WALL_S_MAX, check=False, env=environment
        )
        return traits_from(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return Traits(readable=False)


def main() -> int:
    """0 when the file was read or found unreadable; what goes beyond the bounds ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    # In the child only: the worker itself stays without these libraries.
    from accounting.extraction import traits_of  # noqa: PLC0415

    content = sys.stdin.buffer.read()
    try:
        traits = traits_of(content, sys.argv[1])
    except Exception:  # noqa: BLE001  a hostile file may raise anything, and is unreadable then
        traits = Traits(readable=False)
    json.dump(traits.as_json(), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
