"""`tanheng verify`: the file's own checks and the ledger's record become one answer."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from lexicon import canonical
from operations.commands.verify import _spoken, _told, _told_of_approval, verify
from proof.report import Check, NotAReport, open_report
from proof.verification import open_verification

from accounting.paper import pages_show
from tests.proof.test_report import report

OPENED = open_report(canonical.encode(report()))
RECORD = {
    "statement_digest": OPENED.digest,
    "figures_root": OPENED.content["commitment"]["root"],
    "guideline_hash": OPENED.content["guideline"]["hash"],
    "state": "minted",
    "approval": {"tx": "ab" * 32},
}


def told(record: dict | None, *more: Check) -> dict:
    return _told(OPENED, [*OPENED.checks, *more], record)


def test_a_minted_report_with_its_own_digest_and_root_passes() -> None:
    answer = told(RECORD)
    assert answer["ok"]
    assert answer["tx"] == "ab" * 32
    assert _spoken(answer).startswith("PASS")


def test_anything_that_differs_fails_and_is_named() -> None:
    for changed in (
        None,
        RECORD | {"statement_digest": "0" * 64},
        RECORD | {"figures_root": "0" * 64},
        RECORD | {"guideline_hash": "0" * 64},
        RECORD | {"state": "submitted", "approval": None},
    ):
        answer = told(changed)
        assert not answer["ok"]
        assert _spoken(answer).startswith("FAIL")
    edited = told(RECORD, Check("pages", holds=False, detail="271487"))
    assert not edited["ok"]
    assert edited["details"] == {"pages": "271487"}


def test_a_file_that_is_no_report_ends_with_status_two(tmp_path: Path) -> None:
    for name, content in (("a.json", b"{}"), ("a.pdf", b"%PDF-1.7 torn")):
        (tmp_path / name).write_bytes(content)
        result = CliRunner().invoke(verify, [str(tmp_path / name), "--json"])
        assert result.exit_code == 2
        assert json.loads(result.output)["ok"] is False


VERIFIED = {
    "schema": "tanheng-verification/2",
    "case": "acc_alpha~jiangbei~2026-06~1",
    "statement_digest": "ab" * 32,
    "total_g": "7",
    "results": [{"stream": "coal", "reported_g": "7", "verified_g": "7"}],
    "recomputation": {"frozen_g": "7", "recalculated_g": "7", "by_trees_g": "7"},
}


def approval_of(digest: str, statement: str = "ab" * 32, state: str = "minted") -> dict:
    return {
        "statement_digest": statement,
        "state": state,
        "approval": {"verification_digest": digest, "tx": "t"},
    }


def test_a_verification_report_passes_by_the_digest_that_was_approved() -> None:
    opened = open_verification(canonical.encode(VERIFIED))
    assert opened.place == {"account": "acc_alpha", "plant": "jiangbei", "period": "2026-06", "version": 1}
    told = _told_of_approval(opened, list(opened.checks), approval_of(opened.digest))
    assert (told["ok"], told["tx"]) == (True, "t")


@pytest.mark.parametrize(
    ("changed", "record"),
    [
        ({}, approval_of("0" * 64)),
        ({}, approval_of("own", statement="cd" * 32)),
        ({}, approval_of("own", state="submitted")),
        ({}, None),
        ({"total_g": "8"}, approval_of("own")),
        ({"results": [{"stream": "coal", "reported_g": "7", "verified_g": "6"}]}, approval_of("own")),
    ],
)
def test_a_verification_report_that_differs_in_anything_fails(changed: dict, record: dict | None) -> None:
    opened = open_verification(canonical.encode(VERIFIED | changed))
    if record and record["approval"]["verification_digest"] == "own":
        record["approval"]["verification_digest"] = opened.digest
    assert _told_of_approval(opened, list(opened.checks), record)["ok"] is False


def test_the_pages_of_a_verification_report_are_compared_with_its_data() -> None:
    opened = open_verification(canonical.encode(VERIFIED))
    assert pages_show(opened, "合计 0.000007 tCO₂e").holds
    assert pages_show(opened, "合计 0.000008 tCO₂e").detail == "0.000007"
    assert pages_show(opened, "0.000007 tCO₂e\n0.000007", exact=True).holds
    missing = pages_show(opened, "0.000008 tCO₂e\n0.000007", exact=True)
    assert (missing.holds, missing.detail) == (False, "0.000007 tCO₂e")
    assert not _told_of_approval(opened, [*opened.checks, missing], approval_of(opened.digest))["ok"]


@pytest.mark.parametrize(
    "changed",
    [
        {"results": ["x"]},
        {"recomputation": {"a": [1]}},
        {"recomputation": {}},
        {"results": [{"verified_g": [7]}]},
    ],
)
def test_strangers_verification_data_of_any_shape_fail_and_break_nothing(changed: dict) -> None:
    opened = open_verification(canonical.encode(VERIFIED | changed))
    pages = pages_show(opened, "0.000007")
    assert not all(check.holds for check in (*opened.checks, pages))


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        (b"{}", "schema"),
        (b"[" * 10_000, "schema"),
        (canonical.encode(VERIFIED | {"case": "x"}), "case"),
        (canonical.encode(VERIFIED) + b" ", "not_canonical"),
    ],
)
def test_what_is_no_verification_report_says_why(received: bytes, reason: str) -> None:
    with pytest.raises(NotAReport, match=reason):
        open_verification(received)
