"""`tanheng verify`: the file's own checks and the ledger's record become one answer."""

import json
from pathlib import Path

from click.testing import CliRunner
from lexicon import canonical
from operations.commands.verify import _spoken, _told, verify
from proof.report import Check, open_report

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
