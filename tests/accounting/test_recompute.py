"""A report calculated again: by the files a browser gets, in an interpreter that has nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from accounting.domain.compute import compute_json
from accounting.domain.registry import guidelines
from accounting.engine import engine_of
from tests.accounting.cases import all_cases
from tests.accounting.stage import CASE, TOTAL, Stage

# What the browser's worker does: the files on Python's path, the entry, texts in and out.
RUN = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
entry = importlib.import_module(sys.argv[2])
for line in sys.stdin:
    print(entry.trial_text(line))
named = {m.split('.')[0] for m in sys.modules}
outside = named & {'django', 'rest_framework', 'cryptography', 'tenants', 'kit'}
assert not outside, outside
"""


def unpack(guideline: str, folder: Path) -> str:
    """The engine's files under a folder; its entry."""
    engine = engine_of(guideline)
    for file in engine["files"]:
        path = folder / file["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["text"], encoding="utf-8")
    return engine["entry"]


@pytest.mark.parametrize("guideline", sorted(guidelines()))
def test_the_engine_alone_gives_every_case_its_figures(guideline: str, tmp_path: Path) -> None:
    cases = [case for case in all_cases() if case["input"]["guideline"] == guideline]
    entry = unpack(guideline, tmp_path)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-I", "-S", "-c", RUN, str(tmp_path), entry],
        input="\n".join(json.dumps(case["input"]) for case in cases),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(cases) > 0
    for case, answer in zip(cases, answers, strict=True):
        figures = answer.pop("figures")
        assert answer == compute_json(case["input"])
        assert answer["total_tco2e"] == case["expected"]["total_tco2e"]
        whole, decimals = answer["total_tco2e"].split(".")
        assert figures[0] == {"name": "total", "grams": str(int(whole + decimals))}


def test_an_engine_holds_one_guideline_and_the_sets_that_it_offers() -> None:
    paths = [file["path"] for file in engine_of("ndrc-2013-glass")["files"]]
    folders = {path.split("/")[2] for path in paths if path.startswith("accounting/guidelines/nd")}
    assert folders == {"ndrc_2013_glass"}
    offered = {name for sets in guidelines()["ndrc-2013-glass"].factor_sets.values() for name in sets}
    assert {Path(path).stem for path in paths if path.startswith("accounting/factors/")} == offered
    assert not any("api" in path or "services" in path for path in paths)
    assert engine_of("ndrc-2013-glass")["digest"] != engine_of("ndrc-2013-power")["digest"]


@pytest.mark.db
def test_a_case_gives_its_auditor_the_report_to_the_byte_and_the_root_on_the_ledger(stage: Stage) -> None:
    from hashlib import sha256

    stage.in_verification()
    shown = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/recomputation/"))
    report = json.loads(shown["content"])
    assert sha256(shown["content"].encode()).hexdigest() == shown["ledger"]["digest"]
    assert shown["ledger"]["figures_root"] == report["commitment"]["root"]
    assert shown["platform"]["figures"] == shown["platform"]["by_trees"]
    said = [{"name": one["name"], "grams": one["value"]} for one in report["commitment"]["figures"]]
    assert shown["platform"]["figures"] == said
    assert said[0]["grams"] == TOTAL.replace(".", "")
    assert len(said) == shown["ledger"]["figures_count"]


@pytest.mark.db
def test_a_factor_changed_in_the_report_changes_the_recomputed_figures(stage: Stage) -> None:
    from accounting.domain.recompute import recompute

    stage.in_verification()
    content = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/recomputation/"))["content"]
    report = json.loads(content)
    line = next(one for one in report["input"]["streams"] if one["id"] == "coal")
    line["parameters"]["carbon_ad"]["value"] = "55.63"
    again = recompute(json.dumps(report))
    assert again["figures"] != again["by_trees"]
    with pytest.raises(ValueError, match="not a report"):
        recompute("{}")


@pytest.mark.db
def test_the_engine_is_open_to_everybody_and_an_unknown_guideline_is_refused(stage: Stage) -> None:
    assert stage.ok(stage.get("", "guidelines/ndrc-2013-glass/engine/")) == engine_of("ndrc-2013-glass")
    assert stage.get("", "guidelines/nowhere/engine/").json()["refusal"] == "guideline_unknown"
