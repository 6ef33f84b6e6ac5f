"""Programs that refuse root, started by root: where namespaces are allowed and where they are not."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from operations import embedded_postgres as postgres
from operations import ordinary_user
from operations.ordinary_user import NAMESPACE, NOBODY, NUMBER

as_root = pytest.mark.skipif(os.getuid() != 0, reason="not root: nothing is started as another user")


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """only(NUMBER): the machine allows this way alone."""
    tried = ordinary_user._works

    def allow(*ways: tuple[str, ...]) -> None:
        ordinary_user.way.cache_clear()
        monkeypatch.setattr(ordinary_user, "_works", lambda prefix: prefix in ways and tried(prefix))

    yield allow
    monkeypatch.undo()
    ordinary_user.way.cache_clear()


@as_root
def test_the_program_is_not_root_and_still_reads_what_is_closed_to_others(tmp_path, only) -> None:
    only(NUMBER)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "text").write_text("read")
    (closed / "text").chmod(0o600)
    asked = ["sh", "-c", f"id -u; cat {closed}/text; test -r {closed}/text && echo allowed"]
    said = subprocess.run([*ordinary_user.way(), *asked], capture_output=True, text=True, check=True).stdout
    assert said.split() == [str(NOBODY), "readallowed"]


@as_root
def test_the_data_stay_when_the_way_changes(tmp_path: Path, only: Callable[..., None]) -> None:
    cluster = postgres.Cluster(data=tmp_path / "data", socket=tmp_path / "s")
    only(NUMBER)
    with postgres.running(cluster, "kept", log=tmp_path / "one"):
        client = psycopg2.connect(host=str(cluster.socket), user=postgres.USER, dbname="kept")
        with client, client.cursor() as cursor:
            cursor.execute("create table row (n int)")
        client.close()
        assert Path(f"/proc/{_server(cluster)}").stat().st_uid == NOBODY
    assert cluster.data.stat().st_uid == NOBODY
    only(NAMESPACE) if ordinary_user._works(NAMESPACE) else only(NUMBER)
    with postgres.running(cluster, log=tmp_path / "two"):
        client = psycopg2.connect(host=str(cluster.socket), user=postgres.USER, dbname="kept")
        with client.cursor() as cursor:
            cursor.execute("select count(*) from row")
            assert cursor.fetchone() == (0,)
        client.close()


def _server(cluster: postgres.Cluster) -> str:
    return (cluster.data / "postmaster.pid").read_text("utf-8").splitlines()[0]


def test_where_neither_is_allowed_root_is_told_what_to_do(tmp_path, only, monkeypatch) -> None:
    monkeypatch.setattr(ordinary_user.os, "getuid", lambda: 0)
    only()
    cluster = postgres.Cluster(data=tmp_path / "data", socket=tmp_path / "s")
    with pytest.raises(postgres.PostgresUnavailable, match="ordinary user, or set DATABASE_URL"):
        cluster.initialise("one")
    assert not cluster.data.exists()


def test_an_ordinary_user_starts_it_as_herself(tmp_path, only, monkeypatch) -> None:
    monkeypatch.setattr(ordinary_user.os, "getuid", lambda: 1234)
    only()
    assert ordinary_user.way() == ()
    ordinary_user.hand_over(tmp_path)
    assert tmp_path.stat().st_uid == os.stat(tmp_path).st_uid
