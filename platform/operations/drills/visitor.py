"""A visitor who keeps asking a site for its public pages while its processes die."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from operations.drills.beside import beside

# Often enough to meet a web process that has just come up, seldom enough to leave the site its processor.
EVERY_S = 0.2
WITHIN_S = 10.0
# What a site may say while a part of it is away (RFC 9110, 15.6.4); any other fault is one.
AWAY = httpx.codes.SERVICE_UNAVAILABLE


class Visitor:
    """Counts answers by their status, 0 where nobody answered."""

    def __init__(self, base_url: str, paths: Sequence[str]) -> None:
        self._base_url, self._paths = base_url, tuple(paths)
        self._stop = threading.Event()
        self.answers: Counter[int] = Counter()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Asking until the block ends."""
        with beside("visitor", self._run, self._stop):
            yield

    @property
    def faults(self) -> int:
        """Answers that no page should ever give."""
        return sum(number for status, number in self.answers.items() if status >= 500 and status != AWAY)

    def is_answered(self) -> bool:
        """Whether every page is there now."""
        with httpx.Client(base_url=self._base_url, timeout=WITHIN_S) as client:
            return all(self._ask(client, path) == httpx.codes.OK for path in self._paths)

    def _run(self) -> None:
        with httpx.Client(base_url=self._base_url, timeout=WITHIN_S) as client:
            while not self._stop.is_set():
                for path in self._paths:
                    self.answers[self._ask(client, path)] += 1
                self._stop.wait(EVERY_S)

    @staticmethod
    def _ask(client: httpx.Client, path: str) -> int:
        try:
            return client.get(path).status_code
        except httpx.TransportError:
            return 0
