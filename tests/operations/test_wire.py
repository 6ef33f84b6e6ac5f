"""The wire that a drill cuts: carries, holds, forgets; and the reaper that cuts it."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from operations.drills import reaper as reapers
from operations.drills.reaper import CUTS, Reaper
from operations.drills.wire import Wire
from operations.supervisor import roster

from tests.ingest.pipe import wait_for


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says again what it hears, until its client ends."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(link: socket.socket) -> None:
        with link, contextlib.suppress(OSError):
            while data := link.recv(4096):
                link.sendall(data)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                link, _ = listener.accept()
                threading.Thread(target=answer, args=(link,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def wire(echo: int) -> Iterator[Wire]:
    with Wire(echo).laid() as made:
        yield made


def linked(wire: Wire) -> socket.socket:
    link = socket.create_connection(("127.0.0.1", wire.port), timeout=5)
    link.sendall(b"hello")
    assert link.recv(100) == b"hello"
    return link


def hears_nothing(link: socket.socket) -> bool:
    link.settimeout(0.4)
    try:
        return link.recv(100) == b""
    except TimeoutError:
        return True
    finally:
        link.settimeout(5)


def test_cut_it_closes_nothing_and_holds_what_was_sent_until_it_is_mended(wire: Wire) -> None:
    with linked(wire) as link:
        assert wire.cut() == 1
        carried = wire.carried
        link.sendall(b"held")
        assert hears_nothing(link)
        assert (wire.carried, wire.connections) == (carried, 1)
        wire.mend(forgetting=False)
        assert link.recv(100) == b"held"


def test_mended_with_its_memory_lost_it_brings_nothing_and_the_connection_is_over(wire: Wire) -> None:
    with linked(wire) as link:
        wire.cut()
        carried = wire.carried
        link.sendall(b"lost")
        time.sleep(0.2)
        wire.mend(forgetting=True)
        with contextlib.suppress(ConnectionError):
            assert link.recv(100) == b""
        wait_for(lambda: wire.connections == 0)
        assert wire.carried == carried
    with linked(wire):
        assert wire.connections == 1


def test_who_knocks_while_it_is_cut_waits_and_is_answered_when_it_is_mended(wire: Wire) -> None:
    wire.cut()
    time.sleep(0.5)
    with socket.create_connection(("127.0.0.1", wire.port), timeout=5) as link:
        link.sendall(b"anybody?")
        assert hears_nothing(link)
        wire.mend(forgetting=True)
        assert link.recv(100) == b"anybody?"


def test_a_server_that_is_away_ends_the_connection_and_an_ended_one_is_ended_on_both_sides(
    wire: Wire,
) -> None:
    linked(wire).close()
    wait_for(lambda: wire.connections == 0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with (
            Wire(int(free.getsockname()[1])).laid() as nowhere,
            socket.create_connection(("127.0.0.1", nowhere.port), timeout=5) as link,
        ):
            assert link.recv(100) == b""


def test_the_reaper_cuts_the_gateways_off_twice_and_keeps_a_server_that_is_not_ours_unreached(
    wire: Wire, echo: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {"PAUSE_S": (0.0, 0.01), "AWAY_S": 0.3, "CUT_S": 0.2, "LOOK_S": 0.01}.items():
        monkeypatch.setattr(reapers, name, value)
    told = {"pid": os.getpid(), "connected": True, "spooled": 9}
    monkeypatch.setattr(reapers, "read", lambda _path: told)
    worker = roster.entry_of("ingest", os.getpid(), state="ready")
    site: Any = SimpleNamespace(home=tmp_path, entries=lambda: [worker])
    with Wire(echo).laid() as influx:
        reaper = Reaper(site, victims=[], away=[], gateways=wire, unreached={"influx": influx}, seed=1)
        reaper.run(at_most_s=30)
        assert reaper.cuts == 0, "nobody was connected"
        reaper = Reaper(site, victims=[], away=[], gateways=wire, unreached={"influx": influx}, seed=1)
        done = threading.Event()

        def keep_connected() -> None:
            while not done.is_set():
                with contextlib.suppress(OSError), linked(wire) as link:
                    while not done.is_set() and link.send(b"."):
                        time.sleep(0.01)

        thread = threading.Thread(target=keep_connected, daemon=True)
        thread.start()
        wait_for(lambda: wire.connections)
        reaper.run(at_most_s=30)
        done.set()
        thread.join()
    assert reaper.cuts == CUTS == 2
    assert reaper.away_s["influx"] >= 0.3
    assert reaper.spooled == 9
