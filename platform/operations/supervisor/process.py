"""What the supervisor runs (processes that stay, steps that end) and how to see that one is ready."""

from __future__ import annotations

import asyncio
import json
import signal
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

Probe = Callable[[], Awaitable[bool]]


# A program that cannot start (a missing module, a wrong setting) has ended by then.
STEADY_AFTER_S = 2.0


async def alive() -> bool:
    """Ready when it has lived a moment: for workers that serve nobody."""
    await asyncio.sleep(STEADY_AFTER_S)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A program that is to run until it is stopped; `ready` is asked until it says yes.

    port: where it will listen on this machine; who answers there before it starts is somebody else, and would
    be taken for it.
    """

    name: str
    command: tuple[str, ...]
    ready: Probe = alive
    port: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_within_s: float = 60.0
    # PostgreSQL stops fast on SIGINT and waits for its clients on SIGTERM.
    stop_signal: signal.Signals = signal.SIGTERM
    # SIGKILL to the process group follows when this is over.
    stop_within_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A program that must end with 0 before the next stage starts, such as migrations."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """A program that runs now and then beside what is up, such as the renewal of certificates.

    It prints a line `NAME SECONDS` for each process and the time (since 1970) before which it must not have
    been started: one that was is started again, one after the other, in the order of the lines.
    """

    name: str
    command: tuple[str, ...]
    every_s: float
    environment: Mapping[str, str] = field(default_factory=dict)


# Stages start one after the other and stop in reverse; what is inside one starts and stops together.
Stage = tuple[Process, ...] | Step


def listening(host: str, port: int) -> Probe:
    """Ready when the port accepts a connection."""

    async def probe() -> bool:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            return False
        writer.close()
        return True

    return probe


def answers(url: str, *, timeout_s: float = 2.0) -> Probe:
    """Ready when the address answers anything but a server's fault."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=timeout_s) as answer:  # noqa: S310  our own http address
                return int(answer.status) < 500
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    async def probe() -> bool:
        return await asyncio.to_thread(ask)

    return probe


def subscribed(figures: Path) -> Probe:
    """Ready when the process that writes `figures` lives and says that the broker keeps messages for it."""

    async def probe() -> bool:
        try:
            told = json.loads(figures.read_text(encoding="utf-8"))
            # The file of a worker that was killed says "connected" for ever.
            return told["connected"] is True and psutil.pid_exists(int(told["pid"]))
        except (OSError, ValueError, KeyError, TypeError):
            return False

    return probe
