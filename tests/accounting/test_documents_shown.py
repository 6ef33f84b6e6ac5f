"""Documents against their lines through the API: pre-check and auditor see the same, with both places."""

from typing import Any

import pytest

from accounting import vault
from accounting.models import Evidence
from accounting.services import documents, radar
from tenants.access import within
from tenants.models import Organisation, Tenant
from tests.accounting.stage import ALPHA, CASE, CERTIFICATE, PLANT, Stage

pytestmark = pytest.mark.db
BILL = """电费结算单
户名：{name}
起始日：2026-06-01  截止日：2026-06-30
总电量：{quantity} kWh
表号\t上期示数\t本期示数\t倍率
{meter}\t1000.00\t{after}\t400
"""
RIGHT = {"quantity": "215,640", "meter": "E-2041", "after": "1539.10"}


def scan_all() -> None:
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        while radar.scan_next():
            pass


def bill(stage: Stage, period: str, title: str = "bill", **changes: str) -> str:
    """A bill of the plant's purchased power, uploaded and read; its id."""
    name = Organisation.objects.get(pk=ALPHA).name
    content = BILL.format(**({"name": name} | RIGHT | changes)).encode()
    more = {"kind": "statement_of_supply", "stream": "grid", "title": title, "accreditation": ""}
    found = stage.ok(stage.upload("alpha_manager", content, f"{title}.txt", period=period, **more), 201)["id"]
    scan_all()
    return str(found)


def register(stage: Stage) -> None:
    """The meter's certificate with the number on the device."""
    body = CERTIFICATE | {
        "meter": "grid-in", "certificate": "JL-2026-1", "serial": "E-2041",
        "calibrated_on": "2026-01-02", "valid_until": "2027-01-01",
    }  # fmt: skip
    assert stage.ok(stage.post("alpha_manager", "calibrations/", body), 201)["serial"] == "E-2041"


def paper_of(stage: Stage, who: str, path: str, found: str) -> list[dict[str, Any]]:
    answer = stage.ok(stage.get(who, path))
    rows = answer.get("results", answer.get("evidence"))
    return next(row["paper"] for row in rows if row["id"] == found)


def check_of(stage: Stage, who: str, path: str) -> dict[str, Any]:
    return next(row for row in stage.ok(stage.get(who, path))["checks"] if row["check"] == "paper")


def test_a_bill_that_fits_says_nothing_and_passes_the_pre_check(stage: Stage) -> None:
    june = stage.open()
    register(stage)
    found = bill(stage, june)
    stage.ok(stage.get("alpha_manager", f"periods/{june}/"))
    assert paper_of(stage, "alpha_manager", "evidence/", found) == []
    assert check_of(stage, "alpha_manager", f"periods/{june}/checks/")["verdict"] == "passed"


def test_what_does_not_fit_is_shown_to_the_enterprise_and_its_auditor_alike(stage: Stage) -> None:
    june = stage.ready()
    register(stage)
    found = bill(stage, june, quantity="225,640", after="1564.10")
    path = f"periods/{june}/checks/"
    shown = paper_of(stage, "alpha_manager", "evidence/", found)
    assert [one["remark"] for one in shown] == ["quantity_differs"]
    [remark] = shown
    assert "225.64 MWh" in remark["words"]["en"]
    assert "4.6 %" in remark["words"]["zh"]
    assert "line 4" in remark["at"]["en"]
    assert "购电" in remark["against"]["zh"]
    check = check_of(stage, "alpha_manager", path)
    assert check["verdict"] == "warned"
    said = "".join(one["en"] for one in check["found"])
    assert remark["words"]["en"] in said
    assert remark["at"]["en"] in said
    assert remark["against"]["en"] in said
    stage.sign_route("alpha_head", f"periods/{june}/signing/", f"periods/{june}/submission/")
    stage.open_draw()
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    assert paper_of(stage, "lead_auditor", f"cases/{CASE}/", found) == shown
    assert check_of(stage, "lead_auditor", f"cases/{CASE}/checks/")["found"] == check["found"]


def test_a_meter_nobody_bound_and_another_customer_are_named(stage: Stage) -> None:
    june = stage.open()
    found = bill(stage, june, name="别家电力有限公司")
    stage.ok(stage.get("alpha_manager", f"periods/{june}/"))
    told = {one["remark"]: one for one in paper_of(stage, "alpha_manager", "evidence/", found)}
    assert set(told) == {"meter_unknown", "party_differs"}
    assert "grid-in" in told["meter_unknown"]["against"]["en"]
    register(stage)
    after = {one["remark"] for one in paper_of(stage, "alpha_manager", "evidence/", found)}
    assert after == {"party_differs"}


def test_a_picture_is_never_read_by_guess_and_waits_until_the_radar_saw_it(stage: Stage) -> None:
    june = stage.open()
    png = (
        b"\x89PNG\r\n\x1a\n"
        + b"\x00\x00\x00\rIHDR"
        + bytes(3)
        + b"\x05"
        + bytes(3)
        + b"\x05\x08\x00\x00\x00\x00"
    )
    more = {"kind": "invoice", "stream": "grid", "title": "scan", "accreditation": "", "period": june}
    found = stage.ok(stage.upload("alpha_manager", png, "scan.png", **more), 201)["id"]
    assert paper_of(stage, "alpha_manager", "evidence/", found) == []
    assert not [
        row
        for row in stage.ok(stage.get("alpha_manager", f"periods/{june}/checks/"))["checks"]
        if row["check"] == "paper"
    ]
    scan_all()
    [remark] = paper_of(stage, "alpha_manager", "evidence/", found)
    assert remark["remark"] == "not_read"
    assert "人工核对" in remark["words"]["zh"]
    assert check_of(stage, "alpha_manager", f"periods/{june}/checks/")["verdict"] == "warned"


def test_traits_that_were_tampered_with_are_read_by_eye(stage: Stage) -> None:
    june = stage.open()
    found = bill(stage, june)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        row = Evidence.objects.get(pk=found)
        vault.store(radar.traits_name(row), b'{"text": "changed"}')
        told = documents.remarks_of(row.period)
    assert [one.says.name for one in told[found]] == ["not_read"]
    assert row.period.plant == PLANT
