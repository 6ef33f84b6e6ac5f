"""Forged files and doubtful meters through the API: each with its reason, its tonnes, and both places."""

import io
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageEnhance
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from reportlab.pdfgen import canvas

from accounting.services import radar
from ingest.hot.models import Day, Month
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import (
    ALPHA,
    API,
    BETA,
    CASE,
    CERTIFICATE,
    MONTH,
    PLANT,
    Stage,
    never_calibrated,
)
from tests.accounting.test_every_sector import case_of, model_of, values_of
from tests.accounting.test_modelling import spoke

pytestmark = pytest.mark.db


def scan_all(account: str) -> None:
    with within(Tenant.objects.get(organisation_id=account)):
        while radar.scan_next():
            pass


def row_of(stage: Stage, who: str, path: str, found: str) -> dict[str, Any]:
    answer = stage.ok(stage.get(who, path))
    rows = answer.get("results", answer.get("evidence"))
    return next(row for row in rows if row["id"] == found)


def sheet(seed: int) -> Image.Image:
    """A scanned sheet: lines of marks that only this seed has."""
    chance = Random(seed)  # noqa: S311  a picture, no secret
    image = Image.new("L", (900, 1200), 250)
    pen = ImageDraw.Draw(image)
    for row in range(28):
        left = 60
        while left < 820:
            width = chance.randint(8, 60)
            pen.rectangle((left, 60 + 40 * row, left + width, 60 + 40 * row + chance.randint(6, 26)), fill=20)
            left += width + chance.randint(8, 50)
    return image


def jpeg(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()


def upload(stage: Stage, who: str, name: str, content: bytes, **more: object) -> str:
    fields = {"title": name, "kind": "invoice"} | more
    body = fields | {"file": SimpleUploadedFile(name, content)}
    return str(stage.ok(stage.client_of(who).post(f"{API}/evidence/", body, format="multipart"), 201)["id"])


def test_one_scan_in_two_enterprises_is_a_match_with_both_places_and_each_is_told_without_the_other(
    stage: Stage,
) -> None:
    june = stage.open()
    mine = upload(stage, "alpha_manager", "ours.jpg", jpeg(sheet(1), 90), period=june)
    clean = upload(stage, "alpha_manager", "clean.jpg", jpeg(sheet(2), 90), period=june)
    scan_all(ALPHA)
    # Another size, light and packing: no byte of it is the same.
    worn = ImageEnhance.Brightness(sheet(1).resize((810, 1080))).enhance(0.92)
    theirs = upload(stage, "beta_head", "theirs.jpg", jpeg(worn, 70))
    scan_all(BETA)
    row = row_of(stage, "beta_head", "evidence/", theirs)
    [sign] = row["signs"]
    assert (sign["sign"], row["suspect"], sign["twin"]) == ("same_elsewhere", True, None)
    assert sign["words"] == {
        "zh": "另一家企业有图像或数值相同的文件",
        "en": "Another enterprise has a file with the same image or figures",
    }
    assert not row_of(stage, "alpha_manager", "evidence/", clean)["suspect"]
    [match] = stage.ok(stage.get("regulator_1", "evidence/matches/"))["results"]
    places = {match[side]["evidence"]: match[side] for side in ("one", "other")}
    assert set(places) == {mine, theirs}
    assert (places[mine]["plant"], places[mine]["period"]) == ("jiangbei", "2026-06")
    assert match["percent"] >= 80
    assert stage.get("alpha_head", "evidence/matches/").status_code == 403


def bill(quantity: str) -> bytes:
    target = io.BytesIO()
    page = canvas.Canvas(target, invariant=True)
    page.drawString(80, 760, "Invoice")
    page.drawString(80, 740, f"Quantity: {quantity} t")
    page.save()
    return target.getvalue()


def edited(content: bytes) -> bytes:
    """Saved again with a patch over a figure, as an editing program does."""
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    note = FreeText(text="912.40", rect=(130, 735, 190, 755), background_color="ffffff")
    writer.add_annotation(page_number=0, annotation=note)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_an_edited_pdf_says_what_was_changed_and_its_original_says_nothing(stage: Stage) -> None:
    june = stage.ready()
    whole = upload(stage, "alpha_manager", "bill.pdf", bill("812.40"), period=june)
    patched = upload(stage, "alpha_manager", "other.pdf", edited(bill("733.15")), period=june)
    scan_all(ALPHA)
    assert row_of(stage, "alpha_manager", "evidence/", whole)["signs"] == []
    row = row_of(stage, "alpha_manager", "evidence/", patched)
    assert row["suspect"]
    [sign] = row["signs"]
    assert sign["sign"] == "edited_later"
    assert "overlay" in sign["words"]["en"]
    assert "覆盖层" in sign["words"]["zh"]
    checks = stage.ok(stage.get("alpha_manager", f"periods/{june}/checks/"))["checks"]
    [forged] = [one for one in checks if one["check"] == "evidence" and one["en"].startswith("no file shows")]
    assert forged["verdict"] == "warned"
    assert sign["words"]["en"] in forged["found"][0]["en"]
    stage.sign_route("alpha_head", f"periods/{june}/signing/", f"periods/{june}/submission/")
    stage.open_draw()
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    assert row_of(stage, "lead_auditor", f"cases/{CASE}/", patched)["signs"] == row["signs"]


def test_dates_out_of_order_are_refused_as_stated_and_named_where_the_document_has_them(stage: Stage) -> None:
    june = stage.open()
    stated = {"sampled_on": "2026-06-25", "reported_on": "2026-06-24"}
    refused = stage.upload("alpha_manager", b"a report", "lab.txt", period=june, **stated)
    assert (refused.status_code, refused.json()["refusal"]) == (400, "evidence_dates_wrong")
    assert "reported_on" in refused.json()["what"]["en"]
    text = "采样日期：2026-06-12\n检测日期：2026-06-09\n报告日期：2026-06-15\n".encode()
    found = stage.ok(
        stage.upload(
            "alpha_manager", text, "lab.txt", period=june, sampled_on="2026-06-12", reported_on="2026-06-15"
        ),
        201,
    )["id"]
    scan_all(ALPHA)
    row = row_of(stage, "alpha_manager", "evidence/", found)
    [sign] = [one for one in row["signs"] if one["sign"] == "dates_disordered"]
    assert sign["words"]["zh"] == "日期前后矛盾：采样日期 2026-06-12 晚于 检测日期 2026-06-09"
    assert row["suspect"]


def test_lost_hours_carry_a_premium_above_the_mean_of_their_neighbours(stage: Stage) -> None:
    # The meter fell silent for good at noon of the last day; four days before it had run twice as high.
    spoke("oil", 0, 29 * 24 + 11)
    Day.objects.filter(meter__meter="oil", day=date(2026, 6, 30)).update(hours=12, count=205)
    Day.objects.filter(meter__meter="oil", day=date(2026, 6, 26)).update(count=822)
    Month.objects.filter(meter__meter="oil").update(hours=708)
    period = stage.open()
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    [line] = [one for one in shown["lines"] if one["stream"] == "diesel"]
    [one] = line["adjustments"]
    # Twelve hours of the highest day within seven, 0.822 t; the seven days' mean is 3.288 t / 7.
    assert (one["cause"], one["amount"], Decimal(one["added"])) == ("gap", 12, Decimal("0.411"))
    assert (line["grade"], one["first"], one["last"]) == ("C", "2026-06-30", "2026-06-30")
    over = Decimal("0.411") - Decimal("3.288") / 7 / 2
    factor = Decimal(one["tco2e"]) / Decimal("0.411")
    assert abs(Decimal(one["premium_tco2e"]) - over * factor) < Decimal("0.000002")
    [remark] = [each for each in shown["remarks"] if each["name"] == "gap_substituted"]
    assert remark["stream"] == "diesel"
    assert "oil" in remark["words"]["en"]
    assert "2026-06-30" in remark["words"]["zh"]
    assert format(over, ".6f") in remark["words"]["en"]


def test_a_meter_found_out_of_accuracy_lowers_the_grade_and_is_corrected_by_what_is_over(
    stage: Stage,
) -> None:
    spoke("oil", 0, 719)
    never_calibrated("oil")
    good = {"calibrated_on": "2026-01-02", "valid_until": "2027-01-01", "required_percent": "0.5"}
    row = stage.ok(
        stage.post("alpha_operator", "calibrations/", CERTIFICATE | good | {"found_percent": "0.4"}), 201
    )
    period = stage.open()

    def diesel() -> tuple[dict[str, Any], dict[str, Any]]:
        shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
        return shown, next(one for one in shown["lines"] if one["stream"] == "diesel")

    _, line = diesel()
    assert (line["grade"], line["adjustments"]) == ("A", [])
    stage.client_of("alpha_operator").delete(f"{API}/calibrations/{row['id']}/")
    stage.ok(
        stage.post("alpha_operator", "calibrations/", CERTIFICATE | good | {"found_percent": "1.2"}), 201
    )
    shown, line = diesel()
    [one] = line["adjustments"]
    assert (line["grade"], one["cause"]) == ("C", "out_of_accuracy")
    # 12.350 t by the seven tenths of a per cent that are over what is asked.
    assert Decimal(one["added"]) == Decimal("12.350") * Decimal("0.007")
    assert Decimal(line["quantity"]) == Decimal("12.350") * Decimal("1.007")
    [remark] = [each for each in shown["remarks"] if each["name"] == "calibration_corrected"]
    assert (remark["stream"], "oil" in remark["words"]["en"]) == ("diesel", True)


def test_a_factor_nobody_compared_shows_it_on_the_line_and_in_a_remark_and_warns_the_pre_check(
    stage: Stage,
) -> None:
    data = case_of("CE-1")["input"]
    stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/", model_of(data)))
    month = stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": MONTH}), 201)["id"]
    evidence = stage.ok(stage.upload("alpha_manager", period=month), 201)["id"]
    body = {"values": values_of(data, evidence)}
    shown = stage.ok(stage.post("alpha_manager", f"periods/{month}/activity/", body))
    doubtful = {
        (line["stream"], one["name"])
        for line in shown["lines"]
        for one in line["parameters"]
        if not one["verified"]
    }
    told = {one["stream"] for one in shown["remarks"] if one["name"] == "factor_unverified"}
    assert doubtful
    assert told == {stream for stream, _ in doubtful}
    checks = stage.ok(stage.get("alpha_manager", f"periods/{month}/checks/"))["checks"]
    [factors] = [one for one in checks if one["check"] == "factors"]
    assert factors["verdict"] == "warned"
    assert set(factors["streams"]) >= told
