"""What is recorded on site: place, seals beside the registered ones, photographs; signed and printed."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from kit import clock
from lexicon import canonical

from accounting.domain.entity import equipment_fields
from accounting.models import Evidence, VerificationCase
from accounting.services import equipment, visited
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, API, PLANT, Stage
from tests.accounting.test_verification_parts import page_of
from tests.accounting.test_year import step, year_case

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
SEEN_AT = "2027-01-12T02:30:00Z"
SEALS = {"feeder-a": "qf-001 / QF-002", "feeder-b": "QF-9", "oil": "77"}


@pytest.mark.parametrize(
    ("registered", "seen", "outcome"),
    [
        ("QF-001, QF-002", "qf-002、QF-001", "same"),
        ("QF-001", "QF-0O1", "differs"),
        ("QF-001, QF-002", "QF-001", "differs"),
        ("", "QF-001", "unregistered"),
        ("QF-001", "", "unseen"),
        ("", "", "unseen"),
    ],
)
def test_seals_are_the_same_whatever_their_order_case_and_separators(
    registered: str, seen: str, outcome: str
) -> None:
    assert visited.outcome_of(registered, seen) == outcome


def test_seals_are_kept_with_a_meter_and_are_in_no_report_and_no_plan() -> None:
    assert equipment_fields()[equipment.SEALS].of == "meter"
    assert equipment.SEALS not in equipment.texts_of({equipment.SEALS: "QF-1"}, "meter")
    assert "device_model" in equipment.texts_of({}, "meter")


def register(stage: Stage) -> None:
    """Seals of two of the plant's meters, as the enterprise registered them."""
    for meter, text in (("feeder-a", "QF-001, QF-002"), ("feeder-b", "QF-003")):
        body = {"of": "meter", "owner": meter, "facts": {"seal_numbers": text}}
        stage.ok(stage.put("alpha_manager", f"plant-models/{PLANT}/equipment/", body))


def record(stage: Stage, case: str, who: str = "lead_auditor", **changes: object) -> Any:
    body = {"place": "煤场、皮带秤间", "captured_at": SEEN_AT, "seals": SEALS} | changes
    return stage.put(who, f"{case}/visit/record/", body)


def photo(
    stage: Stage,
    case: str,
    *,
    who: str = "lead_auditor",
    content: bytes = PNG,
    name: str = "seal.png",
    captured_at: str = SEEN_AT,
) -> Any:
    file = SimpleUploadedFile(name, content)
    body = {"file": file, "title": "皮带秤铅封", "captured_at": captured_at}
    return stage.client_of(who).post(f"{API}/{case}/visit/photos/", body, format="multipart")


def files() -> set[str]:
    """What lies encrypted in the enterprise's folder."""
    folder = settings.TANHENG.home / "evidence" / str(Tenant.objects.get(organisation_id=ALPHA).schema_name)
    return {path.name for path in folder.iterdir()}


@pytest.mark.db
def test_the_record_is_compared_signed_with_the_visit_and_printed_in_both_languages(stage: Stage) -> None:
    register(stage)
    _, case = year_case(stage)
    told = stage.ok(record(stage, case))
    outcomes = {one["meter"]: one["outcome"] for one in told["seals"]}
    assert outcomes == {
        "feeder-a": "same", "feeder-b": "differs", "oil": "unregistered", "grid-in": "unseen",
    }  # fmt: skip
    assert datetime.fromisoformat(told["captured_at"]) == datetime.fromisoformat(SEEN_AT)
    assert datetime.fromisoformat(told["at"]) == clock.now() > datetime.fromisoformat(SEEN_AT)
    [kept] = stage.ok(photo(stage, case), 201)["photos"]
    path = f"{case}/evidence/{kept['id']}/content/"
    assert stage.get("technical_reviewer", path).content == PNG
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        from accounting import vault

        file = Evidence.objects.get(pk=kept["id"])
        assert vault._path(str(file.pk)).read_bytes().find(PNG[:8]) == -1, "it rests encrypted"
    step(stage, case, "lead_auditor", "site_visit", note="煤场、皮带秤、化验室")
    seen = stage.ok(stage.get("second_inspector", f"{case}/visit/"))["content"]
    assert (seen["place"], seen["captured_at"]) == ("煤场、皮带秤间", SEEN_AT)
    assert [one["sha256"] for one in seen["photos"]] == [kept["sha256"]]
    assert {one["meter"]: one["registered"] for one in seen["seals"]}["feeder-b"] == "QF-003"
    # What is signed changes no more.
    for answer in (record(stage, case), photo(stage, case, content=PNG + b" ")):
        assert (answer.status_code, answer.json()["refusal"]) == (409, "step_already_recorded")
    stage.sign_route("second_inspector", f"{case}/visit/")
    step(stage, case, "lead_auditor", "findings_closed")
    step(stage, case, "technical_reviewer", "technical_review")
    stage.sign_route("approver", f"{case}/approval/")
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        kept_report = VerificationCase.objects.get(pk=case.removeprefix("cases/")).verification
    visit = json.loads(kept_report)["visit"]
    assert visit["place"] == "煤场、皮带秤间"
    assert canonical.encode_text(json.loads(kept_report)) == kept_report
    zh, en = page_of(stage, "zh"), page_of(stage, "en")
    assert "煤场、皮带秤间 （记录于 2027-01-12T02:30:00Z）" in zh
    assert "feeder-b：QF-9，与登记的 QF-003 不一致" in zh
    assert "feeder-a: qf-001 / QF-002, as registered" in en
    assert "grid-in: not looked at" in en
    assert kept["sha256"] in en


@pytest.mark.db
def test_what_is_wrong_is_refused_by_name_and_nothing_is_kept(stage: Stage) -> None:
    _, case = year_case(stage)
    ahead = (clock.now() + timedelta(minutes=6)).astimezone(UTC).isoformat()
    for changes in (
        {"place": " "}, {"place": "x" * 201}, {"place": "a\u202eb"}, {"captured_at": ahead},
        {"seals": {"nobody": "1"}}, {"seals": {"oil": "x" * 81}},
    ):  # fmt: skip
        answer = record(stage, case, **changes)
        assert answer.status_code in (400, 422), (changes, answer.content.decode())
        assert answer.json()["refusal"] in ("field_invalid", "bad_argument")
    kept = files()
    for content, name in (
        (b"%PDF-1.7 a paper\n%%EOF", "seal.pdf"),
        (b"", "seal.png"),
        (b"MZ\x90\0", "seal.png"),
    ):
        answer = photo(stage, case, content=content, name=name)
        assert answer.json()["refusal"] in ("file_kind_wrong", "file_empty", "file_runs"), answer.content
    assert photo(stage, case, captured_at=ahead).json()["refusal"] == "field_invalid"
    assert kept == files(), "what is refused leaves no encrypted bytes behind"
    told = stage.ok(stage.get("lead_auditor", f"{case}/visit/record/"))
    assert (told["place"], told["photos"], told["captured_at"]) == ("", [], None)
    # A visit without a record is signed as before: its note says what was seen.
    fact = stage.ok(stage.get("lead_auditor", f"{case}/steps/site_visit/", note="煤场"))
    assert set(fact["content"]) == {"case", "step", "person", "note", "plant"}


@pytest.mark.db
def test_only_who_leads_the_case_records_and_a_month_has_no_visit(stage: Stage) -> None:
    _, case = year_case(stage)
    for who in ("technical_reviewer", "approver", "alpha_head", "beta_head", "regulator_1"):
        assert record(stage, case, who=who).status_code in (403, 404), who
        assert photo(stage, case, who=who).status_code in (403, 404), who
    for who in ("alpha_head", "beta_head", "regulator_1"):
        assert stage.get(who, f"{case}/visit/record/").status_code in (403, 404), who
    stage.ok(photo(stage, case), 201)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        file = Evidence.objects.get(kind="photo")
    assert stage.get("beta_head", f"evidence/{file.pk}/content/").status_code == 404
