"""The loop behind `ingest.hour_worker`."""

import logging
import signal
import threading
import time
from types import FrameType

from django.db import InterfaceError, OperationalError, connection

from ingest.selectors.directory import Directory
from ingest.series import SeriesUnavailable, chosen
from ingest.services.active import become_active, is_active
from ingest.services.hours import PASS_HOURS, mark_silent, recompute, recompute_from
from ingest.services.watching import Watch

log = logging.getLogger("ingest.hour_worker")
NAME = "hour worker"
# The running hour is marked by every reading; computing it at each would be most of the work of ingest. Past
# hours that change are few and somebody waits for them: late readings reach their draft statement within five
# seconds, however many meters there are, because the running hours are computed a second's worth at a time.
PAUSE_S = 4.0
LATE_S = 1.0
SLICE_S = 1.0
# How often hours that ended in silence are looked for.
SILENT_S = 300.0
# A pass that takes long is not followed by the next at once: readings that come need the processors, too.
REST = 3.0
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
    round_at, after, silent_at = 0.0, 0, 0.0
    while not stopping.is_set():
        try:
            if not is_active(NAME):
                raise SystemExit("another hour worker took over while the database was away")
            began, hour = time.monotonic(), int(time.time()) // 3600
            if began >= silent_at:
                mark_silent(hour)
                silent_at = began + SILENT_S
            computed = recompute(directory=directory, series=series, before=hour)
            rest_s = min(PAUSE_S, max(LATE_S, REST * (time.monotonic() - began)))
            if began >= round_at:
                stopped = recompute_from(
                    hour, directory=directory, series=series, after=after, budget_s=SLICE_S
                )
                after = stopped or 0
                if stopped is None:
                    round_at = time.monotonic() + PAUSE_S
            watch.look()
        except (OperationalError, InterfaceError, SeriesUnavailable) as error:
            log.warning("waiting for the store: %s", error)
            connection.close()
            stopping.wait(RETRY_S)
            continue
        stopping.wait(0 if computed >= PASS_HOURS else rest_s)
