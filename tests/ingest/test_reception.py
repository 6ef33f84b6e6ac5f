"""Whether the platform takes readings, by what its worker told last."""

import json
import time
from pathlib import Path

import pytest

from ingest.selectors.reception import Reception, reception


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


def test_where_nobody_told_nobody_knows(tmp_path: Path) -> None:
    assert reception(tmp_path) is Reception.UNKNOWN
    assert not Reception.UNKNOWN.is_ours
