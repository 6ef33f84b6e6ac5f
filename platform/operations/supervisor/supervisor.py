"""The supervisor: stages up in order, watched while they run, down in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from . import roster
from .child import Child, NotReady, dies_with_parent
from .process import Process, Stage, Step, Upkeep

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class AlreadyUp(Exception):
    """Another supervisor runs on the same folder; the text names its pid."""


class StepFailed(Exception):
    """A step between stages ended with another status than 0; the text names its log."""


class Supervisor:
    """Runs stages on one home folder. `say` gets one line for each thing that happens."""

    def __init__(
        self,
        stages: Sequence[Stage],
        *,
        home: Path,
        name: str,
        folder: Path,
        say: Callable[[str], None],
        upkeep: Sequence[Upkeep] = (),
    ) -> None:
        self._stages = stages
        self._upkeep = upkeep
        self._logs = home / "logs"
        self._roster = home / "run" / f"{name}.json"
        self._folder = folder
        self._say = say
        self._up: list[list[Child]] = []
        self._stop = asyncio.Event()
        self._me = roster.entry_of("supervisor", os.getpid(), state="starting")

    async def run(self, *, when_ready: Callable[[], None] = lambda: None) -> int:
        """Bring all up, call `when_ready`, wait for a signal, stop all; 1 after a failed start, else 0.

        Raises AlreadyUp.
        """
        self._take_over()
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self._stop.set)
        status = 0
        try:
            await self._start_all()
            if not self._stop.is_set():
                self._me = roster.entry_of("supervisor", os.getpid(), state="ready")
                self._write()
                when_ready()
                kept = [asyncio.create_task(self._keep_up(one)) for one in self._upkeep]
                await self._stop.wait()
                await asyncio.gather(*kept)
        except (NotReady, StepFailed) as error:
            self._say(str(error))
            status = 1
        finally:
            await self._stop_all()
            self._roster.unlink(missing_ok=True)
        return status

    def _take_over(self) -> None:
        left = roster.sweep(self._roster)
        if left:
            self._say(f"ended what an earlier run had left: {', '.join(left)}")
        there = roster.read(self._roster)
        if there is not None:
            raise AlreadyUp(
                f"already running, supervisor pid {there.supervisor.pid}; `tanheng down` stops it"
            )
        self._write()

    async def _start_all(self) -> None:
        for stage in self._stages:
            if self._stop.is_set():
                return
            await (self._step(stage) if isinstance(stage, Step) else self._start(stage))

    async def _start(self, stage: tuple[Process, ...]) -> None:
        began = time.monotonic()
        children = [
            Child(process, log=self._logs / f"{process.name}.log", folder=self._folder, changed=self._write)
            for process in stage
        ]
        self._up.append(children)
        starting = asyncio.ensure_future(_all_ready(children))
        stopped = asyncio.ensure_future(self._stop.wait())
        # A Ctrl-C while a stage comes up does not wait for the slowest probe.
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not starting.done():
            starting.cancel()
            return
        starting.result()
        names = ", ".join(process.name for process in stage)
        self._say(f"{names}: ready in {time.monotonic() - began:.1f} s")

    async def _step(self, step: Step) -> None:
        began = time.monotonic()
        log = self._logs / f"{step.name.replace(' ', '-')}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            running = await asyncio.create_subprocess_exec(
                *dies_with_parent(step.command),
                stdout=out,
                stderr=out,
                cwd=self._folder,
                env={**os.environ, **step.environment},
            )
            status = await running.wait()
        if status and not self._stop.is_set():
            raise StepFailed(f"{step.name} failed (exit {status}); see {log}")
        self._say(f"{step.name}: done in {time.monotonic() - began:.1f} s")

    async def _keep_up(self, upkeep: Upkeep) -> None:
        """Runs it now and then until the end; what goes wrong is said, and nothing stops for it."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), upkeep.every_s)
            if self._stop.is_set():
                return
            try:
                for name, since in await self._told(upkeep):
                    await self._renew(name, since)
            except (NotReady, StepFailed) as error:
                self._say(str(error))

    async def _told(self, upkeep: Upkeep) -> list[tuple[str, float]]:
        """What its program printed. Raises StepFailed."""
        log = self._logs / f"{upkeep.name.replace(' ', '-')}.log"
        with log.open("ab") as out:
            running = await asyncio.create_subprocess_exec(
                *dies_with_parent(upkeep.command),
                stdout=asyncio.subprocess.PIPE,
                stderr=out,
                cwd=self._folder,
                env={**os.environ, **upkeep.environment},
            )
            text, _ = await running.communicate()
        if running.returncode:
            raise StepFailed(f"{upkeep.name} failed (exit {running.returncode}); see {log}")
        return [(name, float(since)) for name, since in map(str.split, text.decode().splitlines())]

    async def _renew(self, name: str, since: float) -> None:
        """Starts a process of ours again that is older than that."""
        for child in (one for stage in self._up for one in stage if one.process.name == name):
            if child.begun_at < since and not self._stop.is_set():
                began = time.monotonic()
                await child.begin_again()
                self._say(
                    f"{name}: started again with what is new, ready in {time.monotonic() - began:.1f} s"
                )

    async def _stop_all(self) -> None:
        for children in reversed(self._up):
            await asyncio.gather(*(child.stop() for child in children))

    def _write(self) -> None:
        entries = tuple(child.entry for children in self._up for child in children)
        roster.write(self._roster, roster.Roster(self._me, entries))


async def _all_ready(children: Sequence[Child]) -> bool:
    await asyncio.gather(*(child.start() for child in children))
    return True
