"""`python -m tanheng.task_worker`: prints reports, follows late readings, until stopped."""

import os
import signal
import sys
import threading

import django


def main() -> int:
    """0 when it was asked to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    django.setup()
    # After the setup: it loads models.
    from accounting import tasks  # noqa: PLC0415

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    tasks.run(stopped.wait)
    return 0


if __name__ == "__main__":
    sys.exit(main())
