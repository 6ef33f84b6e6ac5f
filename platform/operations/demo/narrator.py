"""Tells the story on the terminal: a line for each thing done, with its figures; checks that must hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from operations.demo.client import DemoFailed


class Narrator:
    """Prints chapters and lines with the seconds since the beginning."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(quiet=quiet, highlight=False, soft_wrap=True)
        self._began = time.monotonic()

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        """A part of the story; tells how long it took."""
        began = time.monotonic()
        self._console.print(f"\n[bold]{title}[/bold]")
        yield
        self._console.print(f"  [dim]{time.monotonic() - began:.1f} s[/dim]")

    def line(self, text: str) -> None:
        """One thing that happened."""
        self._console.print(f"  {time.monotonic() - self._began:6.1f}  {text}", markup=False)

    def check(self, what: str, *, found: object, expected: object) -> None:
        """Two figures that must be equal. Raises DemoFailed when they are not."""
        if found != expected:
            raise DemoFailed(f"{what}: found {found}, expected {expected}")
        self.line(f"✓ {what}: {found}")

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began
