"""The loop behind `ingest.hour_worker`."""

import logging
import signal
import threading
from types import FrameType

from django.db import InterfaceError, OperationalError, connection

from ingest.selectors.directory import Directory
from ingest.series import SeriesUnavailable, chosen
from ingest.services.active import become_active, is_active
from ingest.services.hours import PASS_HOURS, recompute
from ingest.services.watching import Watch

log = logging.getLogger("ingest.hour_worker")
NAME = "hour worker"
# The running hour is marked by every reading; computing it at each would be most of the work of ingest. Four
# seconds keep the promise of five from reading to draft statement.
PAUSE_S = 4.0
RETRY_S = 1.0


def run() -> None:
    """Becomes the active hour worker and works until SIGTERM or SIGINT."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    become_active(NAME)
    directory, series, watch = Directory(), chosen(), Watch()
    while not stopping.is_set():
        try:
            if not is_active(NAME):
                raise SystemExit("another hour worker took over while the database was away")
            computed = recompute(directory=directory, series=series)
            watch.look()
        except (OperationalError, InterfaceError, SeriesUnavailable) as error:
            log.warning("waiting for the store: %s", error)
            connection.close()
            stopping.wait(RETRY_S)
            continue
        stopping.wait(0 if computed >= PASS_HOURS else PAUSE_S)
