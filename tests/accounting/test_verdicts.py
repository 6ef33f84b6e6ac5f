"""Verdicts on a sample: each item has one before findings are closed, what failed has a finding."""

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as django_settings
from kit import clock
from lexicon import canonical
from proof.batches import public_key
from proof.verification import open_verification

from accounting.models import Evidence, SampleVerdict, VerificationCase, WorkLogEntry
from accounting.scan_models import EvidenceScan, EvidenceSign
from ingest.hot.models import Anchor, Day, GatewayKey, SignedBatch
from ingest.segments import Segments
from ingest.selectors.directory import Directory
from ingest.series import EmbeddedSeries
from ingest.services.anchors import close_days
from ingest.services.storing import Store, known_end
from tenants.access import within
from tenants.models import Tenant
from tests.accounting.stage import ALPHA, CASE, PLANT, Stage
from tests.accounting.test_verification_parts import page_of, told_of
from tests.ingest.conftest import Device

pytestmark = pytest.mark.db
PATH = f"cases/{CASE}/verdicts/"
CHECKS = f"{PATH}checks/"
DAY = date(2026, 6, 3)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def shown(stage: Stage, who: str = "lead_auditor") -> dict[str, Any]:
    told: dict[str, Any] = stage.ok(stage.get(who, PATH))
    return told


def by_item(stage: Stage) -> dict[str, dict[str, Any]]:
    return {one["item"]: one for one in shown(stage)["items"]}


def give(stage: Stage, verdicts: dict[str, str], who: str = "lead_auditor") -> Any:
    return stage.put(who, PATH, {"verdicts": verdicts})


def an_item(stage: Stage, kind: str) -> str:
    """An item of the sample of a kind."""
    return str(next(one["item"] for one in shown(stage)["items"] if one["kind"] == kind))


def refusal_of(stage: Stage, step: str, who: str = "lead_auditor") -> tuple[str, str]:
    answer = stage.get(who, f"cases/{CASE}/steps/{step}/")
    told = answer.json()
    return str(told["refusal"]), str(told["what"]["zh"] if "what" in told else told)


def until_recomputed(stage: Stage) -> None:
    for step in ("sample", "recomputation"):
        stage.ok(stage.step("lead_auditor", step), 202)


def to_the_end(stage: Stage) -> None:
    """The rest of the log as it stands, without a verdict of the stage's own, and the approval."""
    path = f"cases/{CASE}/steps/"
    for who, step in (("lead_auditor", "findings_closed"), ("technical_reviewer", "technical_review")):
        fact = stage.ok(stage.get(who, f"{path}{step}/"))
        stage.ok(stage.signed(who, path, fact, step=step), 202)
        stage.ledger.settle()
    stage.sign_route("approver", f"cases/{CASE}/approval/")


def whole_sample(stage: Stage) -> None:
    """A case whose sample is all that there is: days, values, the document."""
    period = stage.in_verification()
    stage.ok(stage.step("lead_auditor", "independence"), 202)
    plan = stage.ok(stage.get("lead_auditor", f"cases/{CASE}/plan/"))["plan"]
    stage.sign_route("lead_auditor", f"cases/{CASE}/plan/", sample_size=plan["population"])
    stage.ok(stage.step("lead_auditor", "plan"), 202)
    stage.sign_route("alpha_head", f"periods/{period}/sample-nonce/")
    stage.sign_route("regulator_1", f"cases/{CASE}/sample/")


def test_before_the_seed_stands_there_is_nothing_to_judge(stage: Stage) -> None:
    stage.in_verification()
    for answer in (stage.get("lead_auditor", PATH), stage.get("lead_auditor", CHECKS)):
        assert answer.json()["refusal"] == "plan_missing"
    assert give(stage, {"day:oil:2026-06-01": "pass"}).json()["refusal"] == "plan_missing"


def test_each_item_has_its_name_its_place_and_no_verdict_at_first(stage: Stage) -> None:
    whole_sample(stage)
    told = shown(stage, "technical_reviewer")
    assert told["open"] is True
    assert told["missing"] == len(told["items"]) > 100
    assert told["counts"] == {"pass": 0, "fail": 0, "remark": 0}
    rows = by_item(stage)
    assert (rows["value:coal.carbon_ad"]["stream"], rows["value:coal.carbon_ad"]["kind"]) == ("coal", "value")
    assert rows["day:grid-in:2026-06-03"]["stream"] == "grid"
    assert rows["day:feeder-b:2026-06-03"]["stream"] == "coal"
    [file] = [one for one in told["items"] if one["kind"] == "evidence"]
    assert (file["stream"], file["verdict"], file["at"]) == ("", "", None)
    assert file["zh"].startswith("June ")


def test_no_step_after_the_recomputation_while_an_item_has_no_verdict(stage: Stage) -> None:
    stage.sampled()
    until_recomputed(stage)
    items = [one["item"] for one in shown(stage)["items"]]
    assert refusal_of(stage, "findings_closed")[0] == "verdict_missing"
    stage.ok(give(stage, dict.fromkeys(items[:-1], "pass")))
    answer = stage.get("lead_auditor", f"cases/{CASE}/steps/findings_closed/")
    assert (answer.status_code, answer.json()["refusal"]) == (409, "verdict_missing")
    assert "还有 1 项" in answer.content.decode()
    stage.ok(give(stage, {items[-1]: "pass"}))
    assert stage.get("lead_auditor", f"cases/{CASE}/steps/findings_closed/").status_code == 200
    # A verdict can be taken back as long as the review is not recorded: then the review waits, too.
    stage.ok(stage.step("lead_auditor", "findings_closed"), 202)
    stage.ok(give(stage, {items[0]: ""}))
    assert refusal_of(stage, "technical_review", "technical_reviewer")[0] == "verdict_missing"
    stage.ok(give(stage, {items[0]: "pass"}))
    stage.ok(stage.step("technical_reviewer", "technical_review"), 202)


def test_what_failed_leads_to_a_finding_on_that_very_item(stage: Stage) -> None:
    whole_sample(stage)
    until_recomputed(stage)
    value, day = "value:coal.carbon_ad", "day:grid-in:2026-06-03"
    stage.judge(**{value: "fail", day: "remark"})
    assert refusal_of(stage, "findings_closed")[0] == "verdict_unfounded"
    # A finding on something else is none on these.
    other = stage.raise_finding()
    first = stage.raise_finding(kind="error", item=value)
    second = stage.raise_finding(kind="question", stream="grid", item=day)
    assert by_item(stage)[value]["findings"] == [first]
    assert refusal_of(stage, "findings_closed")[0] == "finding_open"
    for number in (other, first, second):
        stage.close_finding(number)
    to_the_end(stage)
    told = told_of(CASE)
    rows = {one["item"]: one for one in told["verdicts"]}
    assert [one["item"] for one in told["verdicts"]] == told["sample"]
    assert (rows[value]["verdict"], rows[value]["findings"]) == ("fail", [first])
    assert (rows[day]["verdict"], rows[day]["findings"]) == ("remark", [second])
    content = canonical.encode(told)
    assert {one.name: one.holds for one in open_verification(content).checks}["verdicts"] is True
    zh, en = page_of(stage, "zh"), page_of(stage, "en")
    passed = len(told["sample"]) - 2
    assert f"合格 {passed} 项，不合格 1 项，提意见 1 项" in zh
    assert f"Passed: {passed}, failed: 1, remarked on: 1; 0 of them" in en
    assert f"<td>不合格</td><td>逐项查看</td><td>{first}</td>" in zh
    assert f"<td>remark</td><td>looked at</td><td>{second}</td>" in en
    # The finding names the item, not only its line.
    assert "<td>grid-in 2026-06-03</td>" in en.split("Non-conformities", 1)[1]


@pytest.mark.parametrize("spoilt", ["item", "order", "finding", "none"])
def test_a_report_whose_verdicts_do_not_fit_its_sample_does_not_check(stage: Stage, spoilt: str) -> None:
    stage.sampled()
    until_recomputed(stage)
    item = an_item(stage, "day")
    stage.judge(**{item: "fail"})
    stage.close_finding(stage.raise_finding(item=item))
    to_the_end(stage)
    told = told_of(CASE)
    if spoilt == "item":
        told["verdicts"][0]["item"] = "day:oil:2026-07-01"
    elif spoilt == "order":
        told["verdicts"].reverse()
    elif spoilt == "finding":
        told["findings"][0]["item"] = ""
    else:
        next(one for one in told["verdicts"] if one["item"] == item)["findings"] = []
    checks = {one.name: one.holds for one in open_verification(canonical.encode(told)).checks}
    assert checks["verdicts"] is False


def test_the_review_is_of_the_verdicts_and_nothing_changes_after_it(stage: Stage) -> None:
    stage.sampled()
    until_recomputed(stage)
    stage.ok(stage.step("lead_auditor", "findings_closed"), 202)
    item = shown(stage)["items"][0]["item"]
    # What the reviewer read is what she signs: a verdict given anew in between makes her read again.
    fact = stage.ok(stage.get("technical_reviewer", f"cases/{CASE}/steps/technical_review/"))
    stage.ok(give(stage, {item: ""}))
    clock.tick(timedelta(minutes=1))
    stage.ok(give(stage, {item: "pass"}))
    answer = stage.signed("technical_reviewer", f"cases/{CASE}/steps/", fact, step="technical_review")
    assert answer.status_code in (409, 422), answer.content.decode()
    stage.ok(stage.step("technical_reviewer", "technical_review"), 202)
    for answer in (give(stage, {item: "fail"}), stage.post("lead_auditor", CHECKS)):
        assert (answer.status_code, answer.json()["refusal"]) == (409, "step_already_recorded")
    assert shown(stage)["open"] is False
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        case = VerificationCase.objects.get(pk=CASE)
        review = WorkLogEntry.objects.get(case=case, step="technical_review")
        rows = SampleVerdict.objects.filter(case=case).order_by("item")
        kept = [
            {
                "item": row.item, "verdict": row.verdict, "by_check": row.by_check, "person": row.person,
                "at": row.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for row in rows
        ]  # fmt: skip
        assert json.loads(review.content)["verdicts_digest"] == canonical.digest(kept)


def test_a_verdict_on_what_was_not_drawn_is_refused_and_nothing_is_kept(stage: Stage) -> None:
    stage.sampled()
    item = shown(stage)["items"][0]["item"]
    for given in ({item: "pass", "day:oil:2026-07-01": "pass"}, {item: "maybe"}):
        answer = give(stage, given)
        assert answer.status_code in (400, 422), answer.content.decode()
        assert answer.json()["refusal"] in ("field_invalid", "bad_argument")
    fields = {"kind": "error", "stream": "coal", "text": "?", "at_stake_g": 0, "item": "day:oil:2026-07-01"}
    answer = stage.get("lead_auditor", f"cases/{CASE}/findings/", **fields)
    assert answer.json()["refusal"] == "field_invalid"
    assert shown(stage)["counts"]["pass"] == 0


def test_only_who_leads_the_case_judges_and_no_other_enterprise_sees_it(stage: Stage) -> None:
    stage.sampled()
    item = shown(stage)["items"][0]["item"]
    for who in ("technical_reviewer", "approver", "alpha_head", "beta_head", "regulator_1"):
        assert give(stage, {item: "pass"}, who=who).status_code in (403, 404), who
        assert stage.post(who, CHECKS).status_code in (403, 404), who
    for who in ("alpha_head", "beta_head", "regulator_1"):
        for path in (PATH, CHECKS):
            assert stage.get(who, path).status_code in (403, 404), (who, path)
    assert shown(stage)["counts"]["pass"] == 0


def signed_day(stage: Stage, home: Path, slug: str = "feeder-a") -> None:
    """A meter's day has a signed batch under a root that the ledger has, before its month is submitted."""
    tenant = Tenant.objects.get(organisation_id=ALPHA)
    key = public_key(KEY)
    GatewayKey.objects.create(
        tenant=tenant.schema_name, gateway="gw1", fingerprint=key.fingerprint, algorithm=key.algorithm,
        spki=key.spki, valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    device = Device(tenant=tenant.schema_name, gateway="gw1", plant=PLANT, meter=slug, key=KEY)
    begin = datetime(2026, 6, 3, 4, tzinfo=UTC)
    sent = device.batch(["1.25", "1.50"], ts_ms=int(begin.timestamp() * 1000))
    store = Store(
        directory=Directory(),
        series=EmbeddedSeries(),
        segments=Segments(home=home / "segments", known_end=known_end),
    )
    assert store.store([sent], now_ms=int(begin.timestamp() * 1000) + 3_600_000).readings == 2
    close_days(now=begin + timedelta(days=2))
    Anchor.objects.update(anchored_at=begin, tx_id="ab" * 32)


@pytest.fixture
def proved(stage: Stage, settings: Any, tmp_path: Path) -> Stage:
    """The stage with one day of one meter signed and anchored, the document looked at, all of it sampled."""
    settings.TANHENG = dataclasses.replace(django_settings.TANHENG, home=tmp_path)
    signed_day(stage, tmp_path)
    whole_sample(stage)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        [file] = Evidence.objects.all()
        EvidenceScan.objects.update_or_create(evidence=file, defaults={"scanned_at": clock.now()})
    return stage


def checks(stage: Stage) -> dict[str, dict[str, Any]]:
    return {one["item"]: one for one in stage.ok(stage.get("lead_auditor", CHECKS))["results"]}


def test_what_signatures_and_proofs_show_is_passed_together_by_one_act_and_the_report_says_so(
    proved: Stage,
) -> None:
    found = checks(proved)
    good = {item for item, one in found.items() if one["good"]}
    file = next(item for item in found if item.startswith("evidence:"))
    assert good == {f"day:feeder-a:{DAY}", file}
    assert found[file]["zh"].startswith("文件能打开")
    assert found[f"day:oil:{DAY}"]["en"].startswith("the day has no signed batch")
    assert found["value:coal.carbon_ad"] == {
        "item": "value:coal.carbon_ad", "good": False,
        "zh": "录入值，没有签名可验，请人工核对",
        "en": "typed: there is no signature to verify, so look at it",
    }  # fmt: skip
    assert shown(proved)["counts"]["pass"] == 0, "a good check is no verdict"
    # What a person said stays; the rest of what is good passes.
    proved.ok(give(proved, {file: "remark"}))
    told = proved.ok(proved.post("lead_auditor", CHECKS))
    rows = {one["item"]: one for one in told["items"]}
    assert told["counts"] == {"pass": 1, "fail": 0, "remark": 1}
    assert (rows[f"day:feeder-a:{DAY}"]["by_check"], rows[file]["by_check"]) == (True, False)
    assert rows[f"day:feeder-a:{DAY}"]["person"]
    until_recomputed(proved)
    rest = {one["item"]: "pass" for one in told["items"] if not one["verdict"]}
    proved.ok(give(proved, rest | {file: "pass"}))
    to_the_end(proved)
    assert "其中 1 项由核查组长在自动核验通过后一并判为合格" in page_of(proved, "zh")


@pytest.mark.parametrize("spoilt", ["bytes", "key", "root", "report", "ledger", "day", "file", "sign"])
def test_an_item_that_was_touched_is_not_passed_by_its_check(
    proved: Stage, spoilt: str, tmp_path: Path
) -> None:
    day, file = f"day:feeder-a:{DAY}", next(item for item in checks(proved) if item.startswith("evidence:"))
    spoil(proved, spoilt, tmp_path)
    now = checks(proved)
    touched = file if spoilt in ("file", "sign") else day
    assert (now[touched]["good"], now[day if touched == file else file]["good"]) == (False, True)
    told = proved.ok(proved.post("lead_auditor", CHECKS))
    assert {one["item"] for one in told["items"] if one["verdict"]} == {day, file} - {touched}


def spoil(stage: Stage, what: str, home: Path) -> None:
    batch = SignedBatch.objects.get()
    if what == "bytes":
        path = home / "segments" / batch.segment
        path.write_bytes(path.read_bytes()[: batch.position + batch.length - 4] + b"....")
    elif what == "key":
        other = public_key(Ed25519PrivateKey.from_private_bytes(bytes(32)))
        GatewayKey.objects.filter(fingerprint=batch.fingerprint).update(spki=other.spki)
    elif what == "root":
        Anchor.objects.update(root="cd" * 32)
    elif what == "report":
        # An anchor that was made after the statement was frozen.
        Anchor.objects.update(n=1)
    elif what == "ledger":
        Anchor.objects.update(tx_id="")
    elif what == "day":
        Day.objects.filter(meter__meter="feeder-a", day=DAY).update(signed=95)
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        [file] = Evidence.objects.all()
        if what == "file":
            path = home / "evidence" / file.tenant / f"{file.pk}.bin"
            path.write_bytes(path.read_bytes()[:-1] + b"\0")
        elif what == "sign":
            EvidenceSign.objects.create(evidence=file, sign="same_figures", found_at=clock.now())
