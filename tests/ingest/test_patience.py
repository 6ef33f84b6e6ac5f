"""A PostgreSQL that hangs ends a wait within a bound: a real one that is stopped, and a mute socket."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest
from django.db import connection
from operations.embedded_postgres import TEST_OPTIONS, USER, Cluster, stop
from psycopg2.extensions import set_wait_callback

from ingest import patience

ANSWER_S, CONNECT_S = 1.0, 0.5
# What a busy machine may take beyond that.
SLACK_S = 5.0


class Hanging:
    """A real server that can be stopped in its tracks and woken."""

    def __init__(self, folder: Path, pid: int) -> None:
        self.folder, self._server = folder, psutil.Process(pid)

    def connected(self) -> Any:
        return contextlib.closing(psycopg2.connect(host=str(self.folder), dbname="postgres", user=USER))

    def signal(self, what: Callable[[psutil.Process], None]) -> None:
        for one in (self._server, *self._server.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                what(one)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        self.signal(psutil.Process.suspend)
        try:
            yield
        finally:
            self.signal(psutil.Process.resume)


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any) -> Iterator[Hanging]:
    folder = tmp_path_factory.mktemp("pg")
    cluster = Cluster(data=folder / "data", socket=folder, options=TEST_OPTIONS)
    cluster.initialise("tanheng", wal_segment_mb=1)
    process = cluster.start()
    yield Hanging(folder, process.pid)
    stop(process)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(patience, "ANSWER_S", ANSWER_S)
    monkeypatch.setattr(patience, "CONNECT_S", CONNECT_S)
    set_wait_callback(patience._wait)
    yield
    set_wait_callback(None)


@contextlib.contextmanager
def ends_within(most_s: float) -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(psycopg2.OperationalError, match="has been silent"):
        yield
    assert time.monotonic() - began < most_s + SLACK_S


@pytest.mark.usefixtures("patient")
def test_a_server_that_is_stopped_ends_statement_commit_and_connection_with_a_fault(server: Hanging) -> None:
    for hurt in ("select 1", "commit"):
        with server.connected() as link, link.cursor() as cursor:
            cursor.execute("create temp table t (a int)")
            with server.stopped(), ends_within(ANSWER_S):
                link.commit() if hurt == "commit" else cursor.execute(hurt)
            assert link.closed
    with server.stopped(), ends_within(CONNECT_S):
        server.connected()
    with server.connected() as link, link.cursor() as cursor:
        cursor.execute("select 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.usefixtures("patient")
def test_a_stopped_server_that_does_not_even_read_ends_a_large_write(server: Hanging) -> None:
    with server.connected() as link, link.cursor() as cursor:
        cursor.execute("select 1")
        with server.stopped(), ends_within(ANSWER_S):
            cursor.execute("select length(%s)", ["x" * 20_000_000])


@pytest.mark.usefixtures("patient")
def test_a_socket_that_never_answers_ends_a_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, ends_within(CONNECT_S):
        psycopg2.connect(host="127.0.0.1", port=mute.getsockname()[1], dbname="postgres", user=USER)


@pytest.mark.usefixtures("patient")
def test_what_is_slow_but_answers_is_waited_for_and_errors_stay_what_they_are(server: Hanging) -> None:
    with server.connected() as link, link.cursor() as cursor:
        for _ in range(3):
            cursor.execute("select pg_sleep(%s)", [ANSWER_S / 2])
        with pytest.raises(psycopg2.errors.UndefinedTable):
            cursor.execute("select * from nothing")
        assert not link.closed


def test_the_worker_s_connection_asks_the_server_to_give_up_first(
    server: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
    patience.be_patient()
    try:
        options = connection.settings_dict["OPTIONS"]["options"]
        with (
            contextlib.closing(
                psycopg2.connect(host=str(server.folder), dbname="postgres", user=USER, options=options)
            ) as link,
            link.cursor() as cursor,
        ):
            cursor.execute("show statement_timeout")
            assert cursor.fetchone() == ("15s",)
        assert patience.STATEMENT_S < patience.ANSWER_S
    finally:
        set_wait_callback(None)
