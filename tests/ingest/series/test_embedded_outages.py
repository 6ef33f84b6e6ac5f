"""The embedded store under the contract of outages, on a PostgreSQL of its own that is stopped and killed."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest
from lexicon.terms import ReadingQuality
from operations.embedded_postgres import TEST_OPTIONS, USER, Cluster, stop

from ingest.intake import Point
from tests import database
from tests.conftest import _populate
from tests.ingest.pipe import ROOT, environment_of, served_as
from tests.ingest.series.outages import Away, Fault, House, OutageContract

ANSWER_S = 1.0


class EmbeddedHouse(House):
    """A server on a copy of the migrated folder, and the store in a process of its own."""

    def __init__(self, home: Path, socket: Path) -> None:
        self._home, self._socket = home, socket
        self._own: subprocess.Popen[bytes] | None = None
        # The tests' server confirms what is not written yet, a plant's does not: here that is the question.
        with self._connected() as link:
            link.cursor().execute("alter database tanheng set synchronous_commit = on")
        self._store = subprocess.Popen(
            [sys.executable, "-m", "tests.ingest.series.apart", str(ANSWER_S)],
            cwd=ROOT, env=environment_of(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def close(self) -> None:
        self._store.kill()
        self._store.communicate()
        if self._own is not None:
            stop(self._own)

    def empty(self) -> None:
        with self._connected() as link:
            link.cursor().execute("truncate hot_point")

    def write(self, points: Sequence[Point]) -> None:
        self._told([[*one[:5], str(one.quality), one.signed] for one in points])

    def stored(self) -> list[Point]:
        rows = self._told(1)["points"]
        return [Point(*row[:5], ReadingQuality(row[5]), row[6]) for row in rows]

    def of_another_type(self, one: Point) -> Point:
        return one._replace(count=1.5)  # type: ignore[arg-type]

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        processes = self._processes()
        for one in processes:
            one.suspend()
        try:
            yield
        finally:
            for one in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.resume()

    def kill(self) -> None:
        processes = self._processes()
        with self._connected() as link, link.cursor() as cursor:
            cursor.execute("show data_directory")
            self._data = Path(cursor.fetchone()[0])
        processes[0].kill()
        # Its children see that it is gone, and end; until then the folder is not free.
        psutil.wait_procs(processes, timeout=30)

    def start(self) -> None:
        self._own = Cluster(data=self._data, socket=self._socket, options=TEST_OPTIONS).start()

    def _processes(self) -> list[psutil.Process]:
        lock = (self._socket / ".s.PGSQL.5432.lock").read_text("ascii")
        server = psutil.Process(int(lock.split("\n", 1)[0]))
        return [server, *server.children(recursive=True)]

    def _connected(self) -> Any:
        link = psycopg2.connect(host=str(self._socket), dbname="tanheng", user=USER)
        link.autocommit = True
        return contextlib.closing(link)

    def _told(self, asked: Any) -> dict[str, Any]:
        assert self._store.stdin is not None
        assert self._store.stdout is not None
        self._store.stdin.write(json.dumps(asked) + "\n")
        self._store.stdin.flush()
        told: dict[str, Any] = json.loads(self._store.stdout.readline())
        if "away" in told:
            raise Away(told["away"])
        if "fault" in told:
            raise Fault(told["fault"])
        return told


@pytest.fixture(scope="module")
def server(tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[EmbeddedHouse]:
    home = tmp_path_factory.mktemp("outages") / "home"
    home.mkdir()
    with (
        database.running_copy(lambda socket: _populate(socket, django_db_blocker)) as socket,
        served_as(home, socket),
    ):
        made = EmbeddedHouse(home, socket)
        try:
            yield made
        finally:
            made.close()


@pytest.mark.db
class TestEmbeddedOutages(OutageContract):
    @pytest.fixture
    def house(self, server: EmbeddedHouse) -> EmbeddedHouse:
        server.empty()
        return server
