"""`python -m tanheng.task_worker`: prints reports, follows late readings, keeps house, until stopped."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable

import django

HOUSE_EVERY_S = 60.0
HOUSE_END_S = 5.0


def main() -> int:
    """0 when it was asked to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    django.setup()
    # After the setup: it loads models.
    from accounting import tasks  # noqa: PLC0415

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    keeper = threading.Thread(target=_keep_house, args=(stopped.wait,), name="house", daemon=True)
    keeper.start()
    tasks.run(stopped.wait)
    keeper.join(HOUSE_END_S)
    return 0


def _keep_house(pause: Callable[[float], bool]) -> None:
    """Once a minute: interrupted onboarding goes on, answers nobody asks for again are forgotten, what
    readings take on the disk is told, raw readings of long ago are put away, groups of peers are made."""
    from kit import idempotency  # noqa: PLC0415 (models, after the setup)

    from accounting.services import peers  # noqa: PLC0415
    from ingest.services import archiving, storage  # noqa: PLC0415
    from tenants.services import onboarding  # noqa: PLC0415

    while True:
        try:
            onboarding.resume_all()
            idempotency.forget_old()
            if storage.keep_told():
                archiving.put_away()
            peers.renew()
        except Exception:
            logging.getLogger(__name__).exception("housekeeping failed")
        if pause(HOUSE_EVERY_S):
            return


if __name__ == "__main__":
    sys.exit(main())
