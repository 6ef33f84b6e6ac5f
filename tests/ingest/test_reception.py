"""Whether the platform takes readings, by what its worker told last."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.figures import Figures
from ingest.selectors.reception import Reception, Standing, reception, standing


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ({}, Reception.RECEIVING),
        ({"at": 0}, Reception.WORKER),
        ({"connected": False, "away": True}, Reception.BROKER),
        ({"away": True, "spool_bytes": 5}, Reception.STORE),
        ({"spool_bytes": 5}, Reception.BEHIND),
        ({"waiting": 3, "lag_s": 90.0}, Reception.BEHIND),
        ({"waiting": 0, "lag_s": 90.0}, Reception.RECEIVING),
    ],
)
def test_the_first_part_that_is_away_is_named(
    tmp_path: Path, trouble: dict[str, object], expected: Reception
) -> None:
    (tmp_path / "run").mkdir()
    well = {"at": time.time(), "connected": True, "away": False, "spool_bytes": 0, "waiting": 0, "lag_s": 0.1}
    (tmp_path / "run" / "ingest.json").write_text(json.dumps(well | trouble))
    assert reception(tmp_path) is expected


@pytest.mark.parametrize("restarts", [False, True])
def test_a_trouble_began_when_it_was_told_first_whoever_tells_it_now(tmp_path: Path, restarts: bool) -> None:
    (tmp_path / "run").mkdir()
    path = tmp_path / "run" / "ingest.json"
    path.write_text(json.dumps({"at": 5, "since": {"store": 5.0, "broker": 4.0}}))
    figures = Figures(path)
    for connected in (True, False, True):
        figures.write(idle=False, connected=connected, away=True, spool_bytes=7)
        figures = Figures(path) if restarts else figures
    told = standing(tmp_path)
    assert (told.state, told.since) == (Reception.STORE, datetime.fromtimestamp(5, UTC))
    began = json.loads(path.read_text())["since"]
    assert began.keys() == {"store", "behind"}
    assert began["behind"] > 5


def test_a_worker_that_is_away_has_been_so_since_its_last_word(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "ingest.json").write_text(json.dumps({"at": 60.0, "connected": True}))
    assert standing(tmp_path) == Standing(Reception.WORKER, datetime.fromtimestamp(60, UTC))


def test_where_nobody_told_nobody_knows(tmp_path: Path) -> None:
    assert reception(tmp_path) is Reception.UNKNOWN
    assert not Reception.UNKNOWN.is_ours
