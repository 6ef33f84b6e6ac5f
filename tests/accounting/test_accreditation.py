"""A laboratory's accreditation number: its form, whether it covers the report, and what people read."""

from datetime import date

import pytest

from accounting.domain.accreditation import about_accreditation
from tests.accounting.stage import CARBON, PDF, Stage

REPORTED = date(2026, 6, 28)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("", "accreditation_missing"),
        (" ，; ", "accreditation_missing"),
        ("CNAS L0000", ""),
        ("l12345", ""),
        ("200012052345", ""),
        ("CMA 260012052345", ""),
        ("190012052345、CNAS L4321", ""),
        ("190012052345", "accreditation_ended"),
        ("270012052345", "accreditation_ended"),
        ("20001205234", "accreditation_wrong"),
        ("2000120523456", "accreditation_wrong"),
        ("国家级实验室", "accreditation_wrong"),
        ("CNAS L12", "accreditation_wrong"),
        ("CNAS IB0123", "accreditation_wrong"),
        ("L\u0661\u0662\u0663\u0664", "accreditation_wrong"),
    ],
)
def test_a_number_is_good_ended_or_none(given: str, name: str) -> None:
    found = about_accreditation(stream="coal", title="June", given=given, reported_on=REPORTED)
    assert [one.name.name for one in found] == ([name] if name else [])
    for one in found:
        assert given.strip(" ，;") in one.text("zh")
        assert given.strip(" ，;") in one.text("en")
        assert one.name.needs_answer
        assert not one.blocks


def test_a_renewed_certificate_beside_the_old_one_is_enough() -> None:
    assert (
        about_accreditation(stream="", title="", given="190012052345, 250012052345", reported_on=REPORTED)
        == []
    )
    assert about_accreditation(stream="", title="", given="190012052345", reported_on=None) == []


@pytest.mark.db
def test_a_laboratory_without_a_number_is_asked_for_a_word_and_another_paper_is_not(stage: Stage) -> None:
    period = stage.open()
    names = {"lab_report": ["accreditation_missing"], "invoice": []}
    for number, (kind, said) in enumerate(reversed(names.items())):
        more = {"period": period, "stream": "coal", "kind": kind, "accreditation": ""}
        evidence = stage.ok(stage.upload("alpha_manager", PDF + bytes([number]), **more), 201)["id"]
        row = {"stream": "coal", "unit": "%", "origin": "measured", "evidence": [evidence]}
        values = [row | {"name": name, "text": text} for name, text in CARBON.items()]
        shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": values}))
        assert [one["name"] for one in shown["remarks"] if "accreditation" in one["name"]] == said
    checks = stage.ok(stage.get("alpha_manager", f"periods/{period}/checks/"))["checks"]
    assert {one["check"]: one["verdict"] for one in checks}["evidence"] == "failed"


@pytest.mark.db
def test_a_month_with_an_ended_certificate_wants_a_word_and_fails_the_auditors_check(stage: Stage) -> None:
    period = stage.open()
    more = {"period": period, "stream": "coal", "accreditation": "180012052345"}
    evidence = stage.ok(stage.upload("alpha_manager", **more), 201)["id"]
    row = {"stream": "coal", "unit": "%", "origin": "measured", "evidence": [evidence]}
    values = [row | {"name": name, "text": text} for name, text in CARBON.items()]
    shown = stage.ok(stage.post("alpha_manager", f"periods/{period}/activity/", {"values": values}))
    (remark,) = [one for one in shown["remarks"] if one["name"] == "accreditation_ended"]
    assert (remark["stream"], remark["needs_answer"]) == ("coal", True)
    assert "2018 年签发、至 2024 年有效" in remark["words"]["zh"]
    checks = stage.ok(stage.get("alpha_manager", f"periods/{period}/checks/"))["checks"]
    assert {one["check"]: one["verdict"] for one in checks}["evidence"] == "failed"
    answer = stage.post("alpha_manager", f"periods/{period}/readiness/")
    assert answer.json()["refusal"] == "remark_unanswered"
