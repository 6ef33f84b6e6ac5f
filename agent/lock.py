"""One process a spool: two would give different readings one number."""

import fcntl
import os
from pathlib import Path
from typing import IO

from agent.words import AgentError, Notice

FILE = "lock"


def hold(folder: Path) -> IO[str]:
    """Holds the folder until the file is closed or the process ends. Raises AgentError already_running."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = (folder / FILE).open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        pid = file.read().strip() or "?"
        file.close()
        raise AgentError(Notice.ALREADY_RUNNING, path=folder, pid=pid) from None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file
