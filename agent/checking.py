"""`tanheng agent check`: everything tried once, each in a line that says what to do where it is not right."""

import contextlib
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from proof.batches import public_key

from agent.clock import ClockCheck
from agent.intake import Intake
from agent.keys import load_key
from agent.settings import Settings, Source
from agent.sources import reader_of
from agent.sources.port import Unreadable
from agent.spool_file import FILE
from agent.uplink import Session, own_name
from agent.words import AgentError

SIGN_IN_S = 15.0
# A way that is barred is barred again at the second try.
TROUBLE_S = 3.0
ASIDE_SHOWN = 20
_ASIDE = "select source, place, error, content from unreadable order by number desc limit ?"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was tried."""

    good: bool
    text: str


def lines(settings: Settings, *, offline: bool) -> Iterator[Line]:
    """One line a part: configuration, key, spool, broker, each source."""
    yield Line(True, f"{settings.path}: {len(settings.meters)} meters, {len(settings.sources)} sources")
    yield _key(settings)
    yield from _password(settings)
    yield _spool(settings)
    if offline:
        return
    yield _broker(settings)
    for source in settings.sources:
        yield _source(settings, source)


def set_asides(settings: Settings) -> dict[str, Any]:
    """The newest lines and messages that could not be read, from the spool."""
    path = settings.spool / FILE
    if not path.exists():
        return {"unreadable": []}
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as link:
            rows = link.execute(_ASIDE, (ASIDE_SHOWN,)).fetchall()
    except sqlite3.Error as error:
        # An agent that is just starting has no table yet; a damaged file it puts aside by itself.
        return {"unreadable": [], "spool_error": str(error)}
    names = ("source", "place", "error", "content")
    return {"unreadable": [dict(zip(names, row, strict=True)) for row in rows]}


def _key(settings: Settings) -> Line:
    try:
        fingerprint = public_key(load_key(settings.key_file)).fingerprint
    except AgentError as error:
        return Line(False, str(error))
    return Line(True, f"{settings.key_file}: ed25519 {fingerprint}")


def _password(settings: Settings) -> Iterator[Line]:
    path = settings.broker.password_file
    if path is not None:
        mode = stat.S_IMODE(path.stat().st_mode)
        good = not mode & 0o077
        yield Line(good, f"{path}: mode {mode:04o}{'' if good else f' -> chmod 600 {path}'}")


def _spool(settings: Settings) -> Line:
    try:
        settings.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = settings.spool / ".probe"
        probe.write_bytes(b"probe")
        probe.unlink()
        free = shutil.disk_usage(settings.spool).free
    except OSError as error:
        return Line(False, f"{settings.spool}: {error.strerror}")
    needed = settings.disk_free_bytes
    return Line(
        free >= needed, f"{settings.spool}: {free // 1_048_576} MB free, {needed // 1_048_576} MB needed"
    )


def _broker(settings: Settings) -> Line:
    broker = settings.broker
    place = f"{broker.host}:{broker.port} as {settings.identity}"
    try:
        session = Session(
            broker, client_id=own_name(settings.identity, "check"), topics=[f"ack/{settings.identity}/#"]
        )
        session.start()
    except OSError as error:
        return Line(False, f"{place}: {error}")
    end = time.monotonic() + SIGN_IN_S
    early = time.monotonic() + TROUBLE_S
    while time.monotonic() < end and not session.connected.wait(0.1) and not session.refused:
        session.tend()
        if session.trouble and time.monotonic() > early:
            break
    good, reason = session.connected.is_set(), session.refused or session.trouble or "no answer"
    session.stop()
    return Line(good, f"{place}: {'signed in' if good else reason}")


def _source(settings: Settings, source: Source) -> Line:
    nothing: Any = None
    intake = Intake(
        spool=nothing,
        meters=settings.meters,
        key=nothing,
        clock=ClockCheck(limit_ms=1),
        tell=lambda *_, **__: None,
    )
    try:
        reader = reader_of(source, settings, intake, lambda *_, **__: None)
        with contextlib.closing(reader):
            samples = reader.probe()
    except AgentError as error:
        return Line(False, f"{source.name}: {error}")
    except (OSError, Unreadable) as error:
        return Line(False, f"{source.name}: {error}")
    seen = ", ".join(f"{one.meter} {one.value} {settings.meters[one.meter].unit}" for one in samples)
    return Line(True, f"{source.name}: {seen or 'no reading yet'}")
