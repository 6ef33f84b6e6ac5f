"""A stranger's PDF read in a process of its own, with bounds: `python -m accounting.paper_apart` reads one.

A few kilobytes of PDF can ask for minutes of work and gigabytes of memory. The child gets the file on
standard input and answers with JSON: {"content", "text"}, the content in base64, or {"reason"}.
"""

import base64
import json
import resource
import subprocess
import sys
import threading

from lexicon.refusals import Refusal, refuse
from proof.report import NotAReport

from accounting.paper import Paper, is_pdf, read_paper

# A report of thirty pages takes two seconds, most of them for starting.
CPU_S_MAX = 10
WALL_S_MAX = 40
MEMORY_BYTES_MAX = 1024 * 1024 * 1024
# So many at once: the others who use the site keep their threads.
_PLACES = threading.BoundedSemaphore(2)
BUSY_S = 10


def read(content: bytes) -> Paper:
    """As `accounting.paper.read_paper`, whatever the file does.

    Raises NotAReport (torn_pdf also for a file beyond the bounds), Refused: rate_limited while others read.
    """
    if not is_pdf(content):
        return read_paper(content)
    if not _PLACES.acquire(blocking=False):
        refuse(Refusal.RATE_LIMITED, seconds=BUSY_S)
    try:
        said = _child(content)
    finally:
        _PLACES.release()
    if "content" not in said:
        raise NotAReport(said.get("reason") or "torn_pdf")
    return Paper(base64.b64decode(said["content"]), said["text"])


def _child(content: bytes) -> dict[str, str]:
    """What the child said; nothing when it was stopped."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "accounting.paper_apart"],
            input=content,
            capture_output=True,
            timeout=WALL_S_MAX,
            check=False,
        )
        said: dict[str, str] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}
    return said


def main() -> int:
    """0 when the file was read or refused; what goes beyond the bounds ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    try:
        paper = read_paper(sys.stdin.buffer.read())
        said = {"content": base64.b64encode(paper.content).decode("ascii"), "text": paper.text}
    except NotAReport as error:
        said = {"reason": error.reason}
    json.dump(said, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
