"""A hand on the market's clock: the product's own rests, and a test makes the same service calls."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from operations.supervisor import roster
from tanheng.env import REPOSITORY

QUEUE = """
from django.db import transaction
from kit import outbox
from kit.outbox import ServiceCall
from lexicon.transactions import Transaction
with transaction.atomic():
    call = ServiceCall(Transaction({name!r}), {args!r}, {occasion!r})
    outbox.enqueue(intent=call, organisation="regulator", subject="session")
"""


@dataclass(frozen=True, slots=True)
class Day:
    """The trading day of a running site."""

    person: Any

    def session(self) -> dict[str, Any]:
        """Number and phase, as the interface tells them."""
        url = f"{self.person.site.url}/api/v1/market/"
        first = self.person.context.request.get(url).json()["results"][0]
        told = self.person.context.request.get(f"{url}{first['unit']}-{first['vintage']}/").json()
        found: dict[str, Any] = told["session"]
        return found

    def begin(self) -> None:
        """A session of its own: an auction's half hour comes once in each."""
        self.end()
        self._call("open_session", "block", "", session=self.session()["id"] + 1, phase="block")

    def turn(self, phase: str) -> None:
        """Another phase of the open session."""
        now = self.session()
        self._call("open_session", phase, f"from {now['phase']}", session=now["id"], phase=phase)

    def end(self) -> None:
        """The session is closed and settled."""
        number = self.session()["id"]
        self._call("close_session", "closed", "", session=number)
        self._call("settle_session", "settled", "", session=number)

    def _call(self, name: str, awaited: str, occasion: str, /, **args: Any) -> None:
        environment = {
            **os.environ,
            "TANHENG_HOME": str(self.person.site.home),
            "DJANGO_SETTINGS_MODULE": "tanheng.settings",
            "PYTHONPATH": os.pathsep.join(
                [str(REPOSITORY), *(str(REPOSITORY / part) for part in ("platform", "fabric"))]
            ),
        }
        script = QUEUE.format(name=name, args=args, occasion=occasion)
        command = [sys.executable, str(REPOSITORY / "platform" / "manage.py"), "shell", "-v0", "-c", script]
        subprocess.run(command, check=True, env=environment, cwd=REPOSITORY, timeout=120)
        for _ in range(300):
            if self.session()["phase"] == awaited:
                return
            self.person.page.wait_for_timeout(100)
        raise AssertionError(f"{name}: the market is still in {self.session()}")


@contextmanager
def by_hand(person: Any) -> Iterator[Day]:
    """The clock's process rests until the block ends; then it brings the market to what the calendar says."""
    there = roster.read(person.site.home / "run" / "product.json")
    assert there is not None
    clock = next(one for one in there.processes if one.name == "clock")
    os.kill(clock.pid, signal.SIGSTOP)
    try:
        yield Day(person)
    finally:
        os.kill(clock.pid, signal.SIGCONT)
