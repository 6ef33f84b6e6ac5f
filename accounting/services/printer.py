"""The printing processes: a server with the libraries loaded, and a fork of it for each file."""

import multiprocessing
import tempfile
from collections.abc import Mapping
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from accounting import printing

# The printer ends itself by its own processor time (accounting.printing); a busy machine only makes it wait.
PRINT_TIMEOUT_S = 300
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["accounting.printing_libraries"])


class PrintError(RuntimeError):
    """The printing process failed; the text is its last line."""


def prepare() -> None:
    """Starts the server, so that the first file does not wait for its libraries; again changes nothing."""
    forkserver.ensure_running()


def printed(job: Mapping[str, Any]) -> bytes:
    """The file of a job (`accounting.printing.run`). Raises PrintError."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report"
        # A daemon: it ends with the worker that waits for it, and the server ends with the worker, too.
        process = _CONTEXT.Process(target=printing.run, args=(dict(job), str(target)), daemon=True)
        try:
            process.start()
            process.join(PRINT_TIMEOUT_S)
        except (OSError, EOFError) as error:
            raise PrintError(f"the printer could not be started: {error}") from error
        if process.is_alive():
            process.kill()
            process.join()
            raise PrintError("the printer took too long")
        if process.exitcode == 0 and target.exists():
            return target.read_bytes()
        words = printing.words_of(str(target))
        if words.exists():
            raise PrintError(words.read_text(encoding="utf-8"))
        raise PrintError(f"the printer was ended ({process.exitcode})")
