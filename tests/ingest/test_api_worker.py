"""The worker's figures as overseers see them."""

import json
import time
from pathlib import Path

from ingest.api.worker import shown
from ingest.figures import read


def test_a_worker_that_never_ran_has_zeros_and_does_not_run(tmp_path: Path) -> None:
    told = shown(read(tmp_path / "ingest.json") or {})
    assert (told["running"], told["connected"], told["readings"], told["reasons"]) == (False, False, 0, {})


def test_figures_that_are_old_say_that_nobody_runs(tmp_path: Path) -> None:
    path = tmp_path / "ingest.json"
    fresh = {
        "at": time.time(),
        "connected": True,
        "away": True,
        "readings": 7,
        "reasons": {"reading_torn": 2},
    }
    path.write_text(json.dumps(fresh))
    told = shown(read(path) or {})
    assert (told["running"], told["connected"], told["store_away"], told["readings"]) == (True, True, True, 7)
    path.write_text(json.dumps(fresh | {"at": time.time() - 60}))
    assert (shown(read(path) or {})["running"], shown(read(path) or {})["connected"]) == (False, False)


def test_what_is_no_json_is_no_figure(tmp_path: Path) -> None:
    (tmp_path / "ingest.json").write_text('{"at": 1')
    assert read(tmp_path / "ingest.json") is None
