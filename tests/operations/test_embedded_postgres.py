"""The embedded server as a child process: starts, stops fast, survives kill -9, never twice on one folder."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
from operations import embedded_postgres as postgres
from operations.embedded_postgres import Cluster, PostgresUnavailable


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    folder = tmp_path_factory.mktemp("pg")
    made = Cluster(data=folder / "data", socket=folder / "s")
    made.initialise("one", "two", wal_segment_mb=1)
    return made


def test_the_folders_are_private_and_the_databases_are_there(cluster) -> None:
    with postgres.running(cluster):
        assert postgres.answers(cluster.socket, "one")
        assert postgres.answers(cluster.socket, "two")
        assert not postgres.answers(cluster.socket, "three")
        for folder in (cluster.data, cluster.socket):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_initialising_again_changes_nothing(cluster) -> None:
    before = (cluster.data / "PG_VERSION").stat().st_mtime_ns
    cluster.initialise("other")
    assert (cluster.data / "PG_VERSION").stat().st_mtime_ns == before
    assert [path.name for path in cluster.data.parent.glob("data*")] == ["data"]


def test_an_open_client_does_not_hold_up_the_stop(cluster) -> None:
    process = cluster.start()
    client = psycopg2.connect(host=str(cluster.socket), user=postgres.USER, dbname="one")
    began = time.monotonic()
    postgres.stop(process)
    assert time.monotonic() - began < 5
    assert process.returncode == 0
    client.close()


def test_after_kill_9_everything_committed_is_there_and_the_stale_pid_file_is_taken_over(cluster) -> None:
    process = cluster.start()
    client = psycopg2.connect(host=str(cluster.socket), user=postgres.USER, dbname="one")
    client.autocommit = True
    with client.cursor() as cursor:
        cursor.execute("create table if not exists kept (n int); insert into kept values (1)")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (cluster.data / "postmaster.pid").exists()
    with postgres.running(cluster):
        again = psycopg2.connect(host=str(cluster.socket), user=postgres.USER, dbname="one")
        with again.cursor() as cursor:
            cursor.execute("select count(*) from kept")
            assert cursor.fetchone()[0] >= 1
        again.close()


def test_a_second_start_on_the_same_folder_is_refused(cluster, tmp_path) -> None:
    with postgres.running(cluster):
        other = Cluster(data=cluster.data, socket=tmp_path / "s", options=cluster.options)
        with pytest.raises(PostgresUnavailable, match="did not start"):
            other.start(timeout_s=20)


def test_the_server_ends_when_its_parent_is_killed(cluster) -> None:
    code = (
        "import sys,time; from pathlib import Path; from operations.embedded_postgres import *\n"
        "p = Cluster(data=Path(sys.argv[1]), socket=Path(sys.argv[2]), options=TEST_OPTIONS).start()\n"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(cluster.data), str(cluster.socket)]
    environment = {**os.environ, "PYTHONPATH": "platform:fabric:."}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 10
    while Path(f"/proc/{server}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{server}").exists()


def test_a_socket_path_that_is_too_long_is_named(tmp_path) -> None:
    with pytest.raises(PostgresUnavailable, match="too long"):
        Cluster(data=tmp_path, socket=tmp_path / ("x" * 120)).command()
