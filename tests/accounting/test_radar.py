"""Evidence before the radar, through API and task worker: signs with both places, and who may see which."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from kit import clock

from accounting import extraction_apart, tasks
from accounting.chain.models import EvidenceMatch, EvidencePrint
from accounting.domain.files import PIXELS_MAX
from accounting.models import Evidence, ReportingPeriod
from accounting.scan_models import EvidenceScan
from accounting.services import evidence as evidence_service
from accounting.services import radar
from accounting.services.examination import automatic_checks
from accounting.services.witnessing import shown
from ingest.hot.models import Day, MeterIndex
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, API, BETA, CASE, MODEL, PDF, PLANT, Stage

pytestmark = pytest.mark.db

ROWS = [("Mad", "2.31 %"), ("Aad", "21.40 %"), ("Vad", "27.15 %"), ("FCad", "49.14 %"), ("Cad", "58.77 %")]


def lab_sheet(month: str, *rows: tuple[str, str]) -> bytes:
    """A laboratory's table of a month."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows(
        [("采样日期", f"{month}-03"), ("检测日期", f"{month}-06"), ("报告日期", f"{month}-09"), *rows]
    )
    return out.getvalue().encode()


def upload(stage: Stage, who: str, period: str, month: str, *rows: tuple[str, str]) -> str:
    """A laboratory's table of a month as evidence, a minute after what came before; its id."""
    clock.tick(timedelta(minutes=1))
    answer = stage.upload(
        who, lab_sheet(month, *(rows or ROWS)), f"lab-{month}.csv", period=period, title=f"lab {month}",
        sampled_on=f"{month}-03", reported_on=f"{month}-09",
    )  # fmt: skip
    return str(stage.ok(answer, 201)["id"])


def scan_all(account: str) -> None:
    with within(Tenant.objects.get(organisation_id=account)):
        while radar.scan_next():
            pass


def month_of(stage: Stage, month: str) -> str:
    return str(
        stage.ok(stage.post("alpha_manager", "periods/", {"plant": PLANT, "period": month}), 201)["id"]
    )


def files_of(stage: Stage, who: str, path: str = "evidence/") -> dict[str, dict]:
    answer = stage.ok(stage.get(who, path))
    return {row["id"]: row for row in answer.get("results", answer.get("evidence"))}


def test_a_copied_month_is_told_to_the_enterprise_and_its_auditor_with_the_other_file(stage: Stage) -> None:
    june = stage.ready()
    may = month_of(stage, "2026-05")
    original = upload(stage, "alpha_manager", may, "2026-05")
    other = upload(stage, "alpha_manager", may, "2026-05", ("Cad", "61.02 %"))
    copy = upload(stage, "alpha_manager", june, "2026-06")
    assert files_of(stage, "alpha_manager")[copy]["scanned_at"] is None
    tasks.work_once()
    scan_all(ALPHA)
    row = files_of(stage, "alpha_manager")[copy]
    assert row["suspect"]
    [sign] = row["signs"]
    assert sign["sign"] == "copied_month"
    assert sign["twin"]["id"] == original
    assert "2026-05" in sign["words"]["zh"]
    assert not files_of(stage, "alpha_manager")[original]["suspect"]
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        checks = automatic_checks(Evidence.objects.get(pk=copy).period)
    assert (checks[0].name, checks[0].subject, checks[0].passed) == ("evidence", copy, False)
    stage.sign_route("alpha_head", f"periods/{june}/signing/", f"periods/{june}/submission/")
    stage.open_draw()
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    seen = files_of(stage, "lead_auditor", f"cases/{CASE}/")
    assert seen[copy]["signs"] == row["signs"]
    # The twin opens for the auditor because a sign leads to it; its neighbour of the same month does not.
    twin = stage.get("lead_auditor", f"cases/{CASE}/evidence/{original}/content/")
    assert twin.content == lab_sheet("2026-05", *ROWS)
    assert stage.get("lead_auditor", f"cases/{CASE}/evidence/{other}/content/").status_code == 404


def test_across_enterprises_only_the_regulator_sees_both_places(stage: Stage) -> None:
    june = stage.open()
    stage.ok(stage.put("beta_head", "plant-models/north/", MODEL), 404)
    mine = upload(stage, "alpha_manager", june, "2026-06")
    scan_all(ALPHA)
    body = {"title": "theirs", "kind": "lab_report", "sampled_on": "2026-06-03", "reported_on": "2026-06-09"}
    file = SimpleUploadedFile("june.csv", lab_sheet("2026-06", *ROWS))
    theirs = stage.ok(
        stage.client_of("beta_head").post(f"{API}/evidence/", body | {"file": file}, format="multipart"), 201
    )["id"]
    scan_all(BETA)
    row = files_of(stage, "beta_head")[theirs]
    assert [one["sign"] for one in row["signs"]] == ["same_elsewhere"]
    assert row["signs"][0]["twin"] is None
    said = json.dumps(row, ensure_ascii=False)
    assert mine not in said
    assert "lab 2026-06" not in said
    [match] = stage.ok(stage.get("regulator_1", "evidence/matches/"))["results"]
    assert {match["one"]["account"], match["other"]["account"]} == {ALPHA, BETA}
    assert {match["one"]["evidence"], match["other"]["evidence"]} == {mine, theirs}
    assert EvidenceMatch.objects.count() == 1
    prints = json.dumps([row.figures for row in EvidencePrint.objects.all()])
    assert "58.77" not in prints


def test_what_was_read_of_a_file_lies_encrypted_and_a_file_nobody_can_read_says_so(stage: Stage) -> None:
    june = stage.open()
    upload(stage, "alpha_manager", june, "2026-06")
    broken = stage.ok(stage.upload("alpha_manager", PDF, period=june), 201)["id"]
    scan_all(ALPHA)
    folder = Path(django_settings.TANHENG.home) / "evidence"
    kept = [path.read_bytes() for path in folder.rglob("*.bin")]
    assert len(kept) >= 4
    # Five bytes: three would be met by chance in a megabyte of ciphertext once in sixteen times.
    assert not any(b"58.77" in content or b"27.15" in content for content in kept)
    row = files_of(stage, "alpha_manager")[broken]
    assert row["scanned_at"] is not None
    assert not row["readable"]
    assert not row["suspect"]


def test_a_reader_that_dies_leaves_the_file_for_a_person_and_never_stops_the_worker(stage: Stage) -> None:
    june = stage.open()
    upload(stage, "alpha_manager", june, "2026-06")
    with patch.object(extraction_apart, "WALL_S_MAX", 0.01):
        scan_all(ALPHA)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        [scan] = EvidenceScan.objects.all()
        assert not scan.readable
        assert not radar.scan_next()


def test_a_plant_without_ties_has_no_witness_and_declared_ones_are_checked(stage: Stage) -> None:
    june = stage.open()
    path = f"plant-models/{PLANT}/witnesses/"
    law = {"slug": "coal", "kind": "heat", "left": ["feeder-a"], "right": ["grid-in"]}
    same = {"slug": "pair", "kind": "submeters", "left": ["feeder-a"], "right": ["feeder-b"]}
    before = stage.ok(stage.get("alpha_manager", path))
    assert (before["laws"], before["declared"]) == ([], False)
    after = stage.ok(stage.put("alpha_manager", path, {"laws": [law, same]}))
    own = {"usual": False}
    assert (after["laws"], after["declared"]) == ([law | own, same | own], True)
    tenant = Tenant.objects.get(organisation_id=ALPHA)
    with within(tenant):
        index = MeterIndex.objects.get(plant=PLANT, meter="feeder-a")
        found = {one["slug"]: one for one in shown(ReportingPeriod.objects.get(pk=june))}
        Day.objects.filter(meter=index).update(count=F("count") * 95 / 100)
        low = {one["slug"]: one for one in shown(ReportingPeriod.objects.get(pk=june))}["pair"]
    assert found["coal"]["verdict"] == "unknown"
    assert found["pair"]["verdict"] == "holds"
    assert (low["verdict"], low["alarms"], low["deviation_percent"]) == ("low", True, "-5.00")
    strange = stage.put("alpha_manager", path, {"laws": [law | {"left": ["nowhere"]}]})
    assert strange.json()["refusal"] == "field_invalid"
    assert stage.put("alpha_trader", path, {"laws": []}).status_code == 403
    assert stage.put("beta_head", path, {"laws": []}).status_code == 404


def bomb(name: str = "xl/worksheets/sheet1.xml", *, size: int = 30 * 1024 * 1024) -> bytes:
    """A workbook whose sheet unpacks to thousands of times its size."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(name, b"0" * size)
    return target.getvalue()


def pdf_of(part: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + part + b" >>\nendobj\n%%EOF"


def png_of(width: int, height: int) -> bytes:
    head = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + b"IHDR"
    return head + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"


BAD = [
    ("empty.pdf", b"", "file_empty", 400),
    ("large.pdf", b"%PDF-1.7" + b"0" * (evidence_service.SIZE_MAX + 1), "file_too_large", 413),
    ("bomb.xlsx", bomb(), "file_bursts", 413),
    ("wide.png", png_of(PIXELS_MAX, 2), "file_bursts", 413),
    ("macro.xlsx", bomb("xl/vbaProject.bin", size=10), "file_runs", 415),
    ("script.pdf", pdf_of(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "file_runs", 415),
    ("hidden.pdf", pdf_of(b"/OpenAction << /S /J#61vaScript /JS (app.alert(1)) >>"), "file_runs", 415),
    ("launch.pdf", pdf_of(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "file_runs", 415),
    ("additional.pdf", pdf_of(b"/AA << /O << /S /URI /URI (http://x) >> >>"), "file_runs", 415),
    (
        "attached.pdf",
        pdf_of(b"/EF << /F 7 0 R >> /UF (a.exe) /Type /EmbeddedFile"),
        "file_runs",
        415,
    ),
    ("elsewhere.xlsx", bomb("xl/externalLinks/externalLink1.xml", size=10), "file_runs", 415),
    ("nested.xlsx", bomb("xl/media/inner.zip", size=10), "file_runs", 415),
    ("call.csv", b"a,b\n=cmd|'/c calc'!A0,1\n", "file_runs", 415),
    ("page.txt", b"<svg onload='alert(1)'/>", "file_kind_wrong", 415),
    ("both.pdf", png_of(10, 10) + pdf_of(b""), "file_kind_wrong", 415),
    ("locked.pdf", pdf_of(b"/Encrypt 2 0 R"), "file_locked", 415),
    ("picture.pdf", png_of(10, 10), "file_kind_wrong", 415),
    ("page.html", b"<script>alert(1)</script>", "file_kind_wrong", 415),
]


def test_every_bad_file_is_refused_by_name_in_four_parts_and_nothing_is_kept_or_lost(stage: Stage) -> None:
    june = stage.open()
    good = stage.ok(stage.upload("alpha_manager", PDF, period=june), 201)["id"]
    for name, content, refusal, status in BAD:
        answer = stage.upload("alpha_manager", content, name, period=june)
        told = answer.json()
        assert (name, answer.status_code, told["refusal"]) == (name, status, refusal)
        assert all(
            told[part][language] for part in ("what", "meaning", "action") for language in ("zh", "en")
        )
        assert told["case"]
    assert list(files_of(stage, "alpha_manager")) == [good]
    assert stage.get("alpha_manager", f"evidence/{good}/content/").content == PDF


def test_a_name_that_turns_its_letters_round_or_has_folders_is_kept_without_them(stage: Stage) -> None:
    june = stage.open()
    for number, (name, kept) in enumerate(
        [("..\\..\\boot\u202efdp.pdf", "bootfdp.pdf"), ("/etc/re\u200bport\x07.pdf", "report.pdf")]
    ):
        answer = stage.upload(
            "alpha_manager", PDF + bytes([number]), name, period=june, title=f"a\u202eb{number}"
        )
        row = stage.ok(answer, 201)
        assert (row["file_name"], row["title"]) == (kept, f"ab{number}")
        shown = stage.get("alpha_manager", f"evidence/{row['id']}/content/")
        assert shown["Content-Disposition"] == f'attachment; filename="{row["id"]}.pdf"'
