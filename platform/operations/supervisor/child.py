"""One supervised process: start, wait until ready, start again with back-off, stop its whole group."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from .process import Process, listening
from .roster import Entry, entry_of, signal_group

BACK_OFF_FIRST_S, BACK_OFF_MAX_S = 0.2, 10.0
# A process that has lived this long is healthy: its next restart waits the first back-off again.
HEALTHY_AFTER_S = 5.0
POLL_S = 0.05
# A log is moved aside at the start of its process when it has grown beyond this.
LOG_MAX_BYTES = 10_000_000
HOST = "127.0.0.1"
PORTS = "TANHENG_PORT, TANHENG_MQTT_PORT, TANHENG_LEDGER_PORT, TANHENG_INFLUX_PORT"


class NotReady(Exception):
    """A process did not become ready in its time, or ended before it was; the text names its log."""


class Child:
    """Keeps one Process alive until told to stop; `changed` is called after every change of its entry."""

    def __init__(self, process: Process, *, log: Path, folder: Path, changed: Callable[[], None]) -> None:
        self.process = process
        self.log = log
        self.entry = Entry(name=process.name, pid=0, started_at=0.0, state="stopped")
        # By our clock: the kernel's start times lag behind it by tenths of a second on some machines, so that
        # what was started right after a file was written would look older than the file.
        self.begun_at = 0.0
        self._folder = folder
        self._changed = changed
        self._running: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start and wait until ready. Raises NotReady, also where somebody else has its port."""
        if (port := self.process.port) and await listening(HOST, port)():
            raise NotReady(
                f"{self.process.name} cannot start: another program listens at port {port} already. "
                f"End it (another `tanheng up` or `tanheng demo`?), or choose other ports: {PORTS}."
            )
        await self._spawn(restarts=0)
        began = time.monotonic()
        while True:
            ready = await self.process.ready()
            if self._running is None or self._running.returncode is not None:
                raise NotReady(f"{self.process.name} ended before it was ready; see {self.log}")
            if ready:
                break
            limit_s = self.process.ready_within_s
            if time.monotonic() - began > limit_s:
                raise NotReady(f"{self.process.name} is not ready after {limit_s:.0f} s; see {self.log}")
            await asyncio.sleep(POLL_S)
        self._set("ready")
        self._watch = asyncio.create_task(self._keep_alive())

    async def stop(self) -> None:
        """TERM to the group, KILL when the time is over; returns when nothing of it is left."""
        self._stopping.set()
        running = self._running
        if running is not None and running.returncode is None:
            signal_group(running.pid, self.process.stop_signal)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(running.wait(), self.process.stop_within_s)
        if running is not None:
            signal_group(running.pid, signal.SIGKILL)
            await running.wait()
        if self._watch is not None:
            await self._watch
        self._set("stopped")

    async def begin_again(self) -> None:
        """Stop it as at the end, and wait until its successor is ready. Raises NotReady."""
        before = self._running
        if before is None or self._stopping.is_set():
            return
        signal_group(before.pid, self.process.stop_signal)
        try:
            await asyncio.wait_for(before.wait(), self.process.stop_within_s)
        except TimeoutError:
            signal_group(before.pid, signal.SIGKILL)
        began = time.monotonic()
        while self._running is before or not await self.process.ready():
            if self._stopping.is_set():
                return
            if time.monotonic() - began > self.process.ready_within_s:
                raise NotReady(f"{self.process.name} was started again and is not ready; see {self.log}")
            await asyncio.sleep(POLL_S)

    async def _keep_alive(self) -> None:
        back_off_s = BACK_OFF_FIRST_S
        while not self._stopping.is_set() and self._running is not None:
            began = time.monotonic()
            await self._running.wait()
            if self._stopping.is_set():
                return
            signal_group(self._running.pid, signal.SIGKILL)  # grandchildren of a dead process
            if time.monotonic() - began > HEALTHY_AFTER_S:
                back_off_s = BACK_OFF_FIRST_S
            self._set("waiting")
            try:
                await asyncio.wait_for(self._stopping.wait(), back_off_s)
            except TimeoutError:
                back_off_s = min(back_off_s * 2, BACK_OFF_MAX_S)
                await self._spawn(restarts=self.entry.restarts + 1)
                self._set("ready")

    async def _spawn(self, *, restarts: int) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_MAX_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.begun_at = time.time()
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *dies_with_parent(self.process.command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.process.environment},
                # Own group and session: Ctrl-C in the terminal reaches the supervisor only.
                start_new_session=True,
            )
        self.entry = entry_of(self.process.name, self._running.pid, state="starting", restarts=restarts)
        self._changed()

    def _set(self, state: str) -> None:
        entry = self.entry
        self.entry = Entry(
            name=entry.name, pid=entry.pid, started_at=entry.started_at, state=state, restarts=entry.restarts
        )
        self._changed()


def dies_with_parent(command: tuple[str, ...], signal_name: str = "KILL") -> tuple[str, ...]:
    """The command under `setpriv`: the kernel sends it that signal when its parent is killed (Linux)."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", signal_name, "--", *command) if setpriv else command
