"""The command line as a program sees it: instant help, exit statuses, one JSON object as the last line."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from operations.commands.demo import MARK
from operations.commands.up import keys_left
from operations.main import COMMANDS, main

from tests.accounting.cases import all_cases

CEMENT = {
    "guideline": "ndrc-2013-cement",
    "period": "2026-06",
    "entity": "demo",
    "region": "north",
    "factor_sets": {
        "fuel": "ndrc-2013-cement",
        "process": "ndrc-2013-cement",
        "grid": "ndrc-2012-regional",
        "gwp": "ar2",
    },
    "streams": [
        {
            "id": "s1",
            "kind": "fuel",
            "item": "coal",
            "quantity": {"value": "1000", "unit": "t"},
            "parameters": {
                "ncv": {"value": "20.908", "unit": "GJ/t", "source": "measured"},
                "cc": {"value": "26.37", "unit": "tC/TJ", "source": "default"},
                "oxidation": {"value": "0.98", "unit": "1", "source": "default"},
            },
        }
    ],
}


def _run(*arguments: str, given: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments), input=given)
    return result.exit_code, result.output


def test_help_lists_every_command_and_is_instant() -> None:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "operations", "--help"], capture_output=True, text=True, check=True
    )
    took_s = time.perf_counter() - began
    assert all(name in done.stdout for name in COMMANDS)
    assert took_s < 3.0, "loose, for a busy machine: 0.1 s when quiet, because nothing heavy is imported"


def test_up_says_that_key_files_of_people_lie_on_the_server_unless_a_demo_plays_them(tmp_path: Path) -> None:
    assert keys_left(tmp_path) is None
    folder = tmp_path / "keys" / "people"
    folder.mkdir(parents=True)
    (folder / "adm.pem").touch()
    assert f"1 key files of people lie in {folder}" in str(keys_left(tmp_path))
    (tmp_path / MARK).touch()
    assert keys_left(tmp_path) is None


def test_help_imports_neither_django_nor_grpc() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from operations.main import main;"
        "CliRunner().invoke(main, ['--help']);"
        "print(sorted({'django', 'grpc', 'rich', 'psycopg2', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    status, output = _run(name, "--help")
    assert status == 0, output
    assert "Usage:" in output


def test_the_project_s_name_is_the_same_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tanheng", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "guidelines" in done.stdout


def test_compute_prints_a_total_with_six_decimals(tmp_path: Path) -> None:
    source = tmp_path / "input.json"
    source.write_text(json.dumps(CEMENT), encoding="utf-8")
    status, output = _run("compute", "--guideline", "ndrc-2013-cement", "--input", str(source), "--json")
    assert status == 0, output
    # 1000 t x 20.908 GJ/t x 26.37 tC/TJ / 1000 x 0.98 x 44/12
    assert json.loads(output.splitlines()[-1])["total_tco2e"] == "1981.162630"


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: str(case["id"]))
def test_compute_prints_every_worked_case_to_the_digit(case: dict[str, Any]) -> None:
    status, output = _run("compute", "--input", "-", "--json", given=json.dumps(case["input"]))
    printed = json.loads(output.splitlines()[-1])
    assert status == 0, printed["remarks"]
    assert {name: printed[name] for name in case["expected"]} == case["expected"]


def test_compute_with_a_missing_factor_names_it_and_ends_with_two() -> None:
    broken = {**CEMENT, "guideline": "no-such-guideline"}
    status, output = _run("compute", "--input", "-", "--json", given=json.dumps(broken))
    assert status == 2
    assert json.loads(output)["remarks"]
    assert "Traceback" not in output


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\x00", '{"a": NaN'])
def test_compute_on_what_is_no_json_says_so_without_a_traceback(text: str) -> None:
    status, output = _run("compute", "--input", "-", given=text)
    assert status == 2
    assert "is no JSON" in output


def test_compute_never_replaces_the_guideline_that_the_input_names() -> None:
    status, output = _run(
        "compute", "--guideline", "mee-2022-power", "--input", "-", given=json.dumps(CEMENT)
    )
    assert status == 2
    assert "names guideline ndrc-2013-cement" in output


# The first batch as the design names it: ten sectors, thirteen guidelines.
ALL = {
    "ndrc-2013-power", "mee-2022-power", "ndrc-2013-grid", "ndrc-2013-steel", "ndrc-2013-chemicals",
    "ndrc-2013-aluminium", "mee-2024-aluminium", "ndrc-2013-magnesium", "ndrc-2013-glass",
    "ndrc-2013-cement", "mee-2024-clinker", "ndrc-2013-ceramics", "ndrc-2013-aviation",
}  # fmt: skip


def test_guidelines_lists_all_thirteen_and_shows_each() -> None:
    status, output = _run("guidelines", "--json")
    rows = json.loads(output)["guidelines"]
    assert (status, len(rows), {row["id"] for row in rows}) == (0, 13, ALL)
    status, output = _run("guidelines")
    assert status == 0
    assert {word for line in output.splitlines() for word in line.split()[:1]} >= ALL
    for name in sorted(ALL):
        status, output = _run("guidelines", "show", name, "--json")
        assert (status, json.loads(output)["id"]) == (0, name)


def test_guidelines_shows_no_other() -> None:
    status, output = _run("guidelines", "show", "nothing")
    assert status == 2
    assert "there is no guideline nothing" in output


def test_bench_refuses_a_name_it_does_not_know() -> None:
    status, output = _run("bench", "nonsense")
    assert status == 2
    assert "no bench nonsense" in output


def test_status_of_an_empty_home_says_that_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path))
    status, output = _run("status", "--json")
    assert status == 3
    assert json.loads(output) == {
        "ok": False,
        "rss_mb": 0,
        "pss_mb": 0,
        "processes": {},
        "ingest": None,
        "broker_limits": "",
    }


def test_down_with_nothing_running_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path))
    status, output = _run("down", "--json")
    assert status == 0
    assert json.loads(output) == {"ok": True, "was_running": False}


def test_status_tells_what_ingest_does() -> None:
    from operations.commands.status import _ingest_line

    told = {
        "rate_per_s": 12.5,
        "lag_s": 0.21,
        "waiting": 3,
        "spool_bytes": 2_500_000,
        "away": True,
        "fresh": True,
        "reasons": {"unit_mismatch": 4, "reading_torn": 1},
    }
    line = _ingest_line(told)
    assert line == (
        "ingest: 12.5 readings/s, lag 0.21 s, 3 waiting, spool 2.5 MB, store away; "
        "held: reading_torn 1, unit_mismatch 4"
    )
    assert "silent" in _ingest_line(told | {"fresh": False})
