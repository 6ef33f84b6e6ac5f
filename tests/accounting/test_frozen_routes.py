"""Each route that writes: a body that is taken while the period is open is refused by name when it is frozen.

The tables below are all writing routes of an enterprise; a new route without a row fails.
"""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, Protocol

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from kit import clock

from accounting.api.urls import urlpatterns
from accounting.models import ActivityRecord, Evidence, RemarkAnswer, Report, ReportingPeriod
from tenants.access import within
from tenants.models import Tenant
from tests import world
from tests.accounting.stage import ALPHA, API, CASE, CERTIFICATE, MODEL, MONTH, PLANT, TOTAL, Stage
from tests.accounting.test_supplementary import year_of

pytestmark = pytest.mark.db

OF_PERIOD = "periods/<uuid:period_id>/"
VALUE = {"stream": "coal", "name": "carbon_ad", "text": "40", "unit": "%", "origin": "measured"}
LAW = {"slug": "feeders", "kind": "submeters", "left": ["feeder-a"], "right": ["feeder-b"]}
# Not an enterprise's: a case's own routes, both sides of a draw, an administrator's factor sets (their own
# tests hold frozen periods byte by byte), and what keeps nothing.
OTHERS = ("cases/", "draws/", "factor-proposals/", "compute/", "verify/")


class Call(Protocol):
    """A request with everything in it, that can be sent again."""

    def __call__(self) -> Any: ...


Maker = Callable[[Stage, str], Call]


def posting(path: str, body: dict[str, Any], who: str = "alpha_manager", method: str = "post") -> Maker:
    def made(stage: Stage, period: str) -> Call:
        where = f"{API}/{path.format(period=period)}"
        return lambda: getattr(stage.client_of(who), method)(where, body, format="json")

    return made


@contextmanager
def undone() -> Any:
    """What is done inside is taken back; the path to the schema goes back with the savepoint."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    connection.set_schema_to_public()


def answering(stage: Stage, period: str) -> Call:
    """A word to a remark that a doubtful value brings; a ready period has none left that wants one."""
    doubtful = {"values": [VALUE | {"text": "5"}]}

    def enter() -> Any:
        return stage.post("alpha_manager", f"periods/{period}/activity/", doubtful)

    with undone():
        remark = next(one for one in stage.ok(enter())["remarks"] if one["needs_answer"])
    body = {"remark": remark["name"], "stream": remark["stream"], "text": "煤质差，已复测"}

    def call() -> Any:
        enter()
        return stage.post("alpha_manager", f"periods/{period}/answers/", body)

    return call


def importing(stage: Stage, period: str) -> Call:
    def call() -> Any:
        rows = b"stream,name,value,unit,origin\ncoal,carbon_ad,40,%,measured\n"
        sheet = SimpleUploadedFile("june.csv", rows)
        where = f"{API}/periods/{period}/import/"
        return stage.client_of("alpha_manager").post(where, {"file": sheet}, format="multipart")

    return call


def uploading(stage: Stage, period: str) -> Call:
    return lambda: stage.upload("alpha_manager", b"%PDF-1.7 another report\n%%EOF", period=period)


def submitting(stage: Stage, period: str) -> Call:
    fact = stage.ok(stage.get("alpha_head", f"periods/{period}/signing/"))
    return signed(stage, period, "submission", fact["name"], fact["args"])


def withdrawing(stage: Stage, period: str) -> Call:
    args = {"plant": PLANT, "period": MONTH, "version": 1}
    return signed(stage, period, "withdrawal", "withdraw_submission", args)


def opening_the_nonce(stage: Stage, period: str) -> Call:
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        nonce = Report.objects.get(period=period).nonce
    args = {"account": ALPHA, "plant": PLANT, "period": MONTH, "version": 1, "nonce": nonce}
    return signed(stage, period, "sample-nonce", "open_sample", args)


def signed(stage: Stage, period: str, route: str, name: str, args: dict[str, Any]) -> Call:
    body = world.signed_intent("alpha_head", name, args, now=clock.now())
    return lambda: stage.post("alpha_head", f"periods/{period}/{route}/", body)


# What changes figures, words or files of a period: taken while it is open, never afterwards.
EDITS: dict[tuple[str, str], tuple[Maker, int, str]] = {
    ("post", f"{OF_PERIOD}activity/"): (
        posting("periods/{period}/activity/", {"values": [VALUE]}), 200, "period_locked",
    ),
    ("delete", f"{OF_PERIOD}activity/"): (
        posting("periods/{period}/activity/", {"stream": "coal", "name": "carbon_ad"}, method="delete"),
        200, "period_locked",
    ),
    ("post", f"{OF_PERIOD}import/"): (importing, 200, "period_locked"),
    ("post", f"{OF_PERIOD}answers/"): (answering, 200, "period_locked"),
    ("post", f"{OF_PERIOD}readiness/"): (
        posting("periods/{period}/readiness/", {}), 200, "period_state_wrong",
    ),
    ("post", f"{OF_PERIOD}submission/"): (submitting, 202, "period_state_wrong"),
    ("post", "evidence/"): (uploading, 201, "period_locked"),
}  # fmt: skip
# What belongs to a year only; its own test.
OF_YEAR = {("put", f"{OF_PERIOD}supplementary/")}
# What only a frozen period takes, without a figure changing. Refused by name once the report is minted.
IN_VERIFICATION: dict[tuple[str, str], tuple[Maker, int, str]] = {
    ("post", f"{OF_PERIOD}withdrawal/"): (withdrawing, 202, "period_state_wrong"),
    ("post", f"{OF_PERIOD}sample-nonce/"): (opening_the_nonce, 202, "period_state_wrong"),
    ("post", f"{OF_PERIOD}findings/<int:number>/reply/"): (
        posting("periods/{period}/findings/1/reply/", {"text": "见附件"}), 200, "period_state_wrong",
    ),
}  # fmt: skip
# The one way to a further version: taken when the report is minted, refused by name before.
WHEN_MINTED = {
    ("post", f"{OF_PERIOD}correction/"): (
        posting("periods/{period}/correction/", {"reason": "补充化验单"}, who="alpha_head"),
        200, "period_state_wrong",
    ),
}  # fmt: skip
# What is not a period's: taken at any time, and no frozen period follows.
BESIDE: dict[tuple[str, str], tuple[Maker, int]] = {
    ("put", "plant-models/<str:plant>/"): (
        posting(f"plant-models/{PLANT}/", MODEL | {"streams": MODEL["streams"][:2]}, method="put"), 200,
    ),
    ("post", "plant-models/<str:plant>/trial/"): (
        posting(f"plant-models/{PLANT}/trial/", MODEL | {"period": MONTH}), 200,
    ),
    ("put", "plant-models/<str:plant>/witnesses/"): (
        posting(f"plant-models/{PLANT}/witnesses/", {"laws": [LAW]}, method="put"), 200,
    ),
    ("post", "plant-models/<str:plant>/witnesses/trial/"): (
        posting(f"plant-models/{PLANT}/witnesses/trial/", {"laws": [LAW], "period": MONTH}), 200,
    ),
    ("post", "plant-models/<str:plant>/plan/"): (lambda stage, _: filing(stage), 202),
    ("post", "calibrations/"): (posting("calibrations/", CERTIFICATE, who="alpha_operator"), 201),
    ("delete", "calibrations/<uuid:calibration_id>/"): (lambda stage, _: uncalibrating(stage), 200),
    ("put", "entity/"): (
        posting("entity/", {"plant": "", "facts": {"legal_representative": "甲方法人"}}, method="put"), 200,
    ),
    ("put", "plant-models/<str:plant>/equipment/"): (
        posting(
            f"plant-models/{PLANT}/equipment/",
            {"of": "meter", "owner": "oil", "facts": {"device_model": "CMF100"}}, method="put",
        ), 200,
    ),
    ("post", "periods/"): (posting("periods/", {"plant": PLANT, "period": "2026-05"}), 201),
}  # fmt: skip


def filing(stage: Stage) -> Call:
    fact = stage.ok(stage.get("alpha_manager", f"plant-models/{PLANT}/plan/signing/"))
    body = world.signed_intent("alpha_head", fact["name"], fact["args"], now=clock.now())
    return lambda: stage.post("alpha_head", f"plant-models/{PLANT}/plan/", body)


def uncalibrating(stage: Stage) -> Call:
    made = CERTIFICATE | {"certificate": "JL-2025-0612"}
    row = stage.ok(stage.post("alpha_operator", "calibrations/", made), 201)["id"]
    return lambda: stage.client_of("alpha_operator").delete(f"{API}/calibrations/{row}/")


def frozen_of(period: str) -> dict[str, Any]:
    """All that a submission froze, as the database has it."""
    with within(Tenant.objects.get(organisation_id=ALPHA)):
        of_period = (ActivityRecord, RemarkAnswer, Evidence)
        fields = ("guideline", "factor_sets", "result", "result_digest", "streams")
        return {
            "period": list(ReportingPeriod.objects.filter(pk=period).values(*fields)),
            "reports": list(Report.objects.filter(period=period).values("content", "digest", "total_g")),
            **{row.__name__: list(row.objects.filter(period=period).values()) for row in of_period},
        }


def writing_routes() -> set[tuple[str, str]]:
    """Method and route of everything that an enterprise may write."""
    return {
        (method, str(pattern.pattern))
        for pattern in urlpatterns
        for method in ("post", "put", "patch", "delete")
        if hasattr(pattern.callback.view_class, method)  # type: ignore[attr-defined]
        if not str(pattern.pattern).startswith(OTHERS)
    }


def test_every_writing_route_has_a_row() -> None:
    tables = [set(EDITS), OF_YEAR, set(IN_VERIFICATION), set(WHEN_MINTED), set(BESIDE)]
    assert set.union(*tables) == writing_routes()
    assert sum(map(len, tables)) == len(writing_routes())


def test_what_edits_an_open_period_is_refused_by_name_in_every_frozen_state(stage: Stage) -> None:
    period = stage.ready()
    calls: dict[tuple[str, str], Call] = {}
    for route, (maker, status, _) in EDITS.items():
        calls[route] = maker(stage, period)
        with undone():
            before = frozen_of(period) | {"state": stage.state(period)}
            answer = calls[route]()
            assert answer.status_code == status, (route, answer.content.decode())
            assert route[1].endswith("readiness/") or before != frozen_of(period) | {
                "state": stage.state(period)
            }, route
    stage.sign_route("alpha_head", f"periods/{period}/signing/", f"periods/{period}/submission/")
    before = frozen_of(period)
    assert len(before["reports"]) == 1

    def all_refused(state: str) -> None:
        assert stage.state(period) == state
        for route, (_, _, refusal) in EDITS.items():
            answer = calls[route]()
            assert (answer.status_code, answer.json()["refusal"]) == (409, refusal), (state, route)
        assert frozen_of(period) == before, state
        assert stage.state(period) == state

    all_refused("submitted")
    stage.open_draw()
    stage.sign_route("regulator_1", f"cases/{CASE}/opening/")
    all_refused("in_verification")
    verify(stage, period)
    stage.sign_route("approver", f"cases/{CASE}/approval/")
    all_refused("minted")


def verify(stage: Stage, period: str) -> None:
    """Everything between the opening of a case and its approval."""
    stage.ok(stage.step("lead_auditor", "independence"), 202)
    stage.sign_route("lead_auditor", f"cases/{CASE}/plan/")
    stage.ok(stage.step("lead_auditor", "plan"), 202)
    stage.sign_route("alpha_head", f"periods/{period}/sample-nonce/")
    stage.sign_route("regulator_1", f"cases/{CASE}/sample/")
    finish(stage)


def finish(stage: Stage) -> None:
    for step in ("sample", "recomputation", "findings_closed"):
        stage.ok(stage.step("lead_auditor", step), 202)
    stage.ok(stage.step("technical_reviewer", "technical_review"), 202)


def test_what_a_verification_takes_is_refused_by_name_before_it_and_after_its_report(stage: Stage) -> None:
    period = stage.sampled()
    number = stage.raise_finding()
    assert number == 1
    before = frozen_of(period)
    correction = {route: maker(stage, period) for route, (maker, _, _) in WHEN_MINTED.items()}
    calls = {route: maker(stage, period) for route, (maker, _, _) in IN_VERIFICATION.items()}
    for route, call in correction.items():
        assert call().json()["refusal"] == WHEN_MINTED[route][2], route
    for route, call in calls.items():
        with undone():
            answer = call()
            assert answer.status_code == IN_VERIFICATION[route][1], (route, answer.content.decode())
            assert frozen_of(period) == before, route
    stage.ok(calls["post", f"{OF_PERIOD}findings/<int:number>/reply/"]())
    stage.close_finding(number)
    finish(stage)
    stage.sign_route("approver", f"cases/{CASE}/approval/")
    assert stage.state(period) == "minted"
    for route, call in calls.items():
        answer = call()
        assert (answer.status_code, answer.json()["refusal"]) == (409, IN_VERIFICATION[route][2]), route
    assert frozen_of(period) == before
    for route, call in correction.items():
        answer = call()
        assert answer.status_code == WHEN_MINTED[route][1], (route, answer.content.decode())
    assert stage.state(period) == "collecting"
    assert frozen_of(period)["reports"] == before["reports"]


def test_a_years_table_that_was_taken_is_refused_once_the_year_is_submitted(stage: Stage) -> None:
    year = year_of(stage, "FG-1")
    call = posting("periods/{period}/supplementary/", {"values": {"output": "50000"}}, method="put")(
        stage, year
    )
    stage.ok(call())
    stage.ok(stage.post("alpha_manager", f"periods/{year}/readiness/"))
    stage.sign_route("alpha_head", f"periods/{year}/signing/", f"periods/{year}/submission/")
    before = frozen_of(year)
    assert (call().status_code, call().json()["refusal"]) == (409, "period_locked")
    assert frozen_of(year) == before


def test_what_stands_beside_a_period_is_taken_and_moves_no_frozen_one(stage: Stage) -> None:
    period = stage.submitted()
    before = frozen_of(period)
    for route, (maker, status) in BESIDE.items():
        answer = maker(stage, period)()
        assert answer.status_code == status, (route, answer.content.decode())
        assert frozen_of(period) == before, route
    shown = stage.ok(stage.get("alpha_head", f"periods/{period}/"))
    assert (shown["state"], shown["total_tco2"]) == ("submitted", TOTAL)
    assert [line["stream"] for line in shown["lines"]] == ["coal", "diesel", "grid"]
    assert frozen_of(period) == before
