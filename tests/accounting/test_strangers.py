"""Every route of accounting, tried by those who must not: signed out, stranger, others, wrong role."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounting.api.urls import urlpatterns
from tests import world
from tests.accounting.stage import API, CASE, CERTIFICATE, MODEL, PLANT, Stage

pytestmark = pytest.mark.db

PUBLIC = {
    "guidelines/",
    "guidelines/<str:guideline_id>/",
    "guidelines/<str:guideline_id>/template/",
    "guidelines/<str:guideline_id>/engine/",
    "guidelines/<str:guideline_id>/course/",
    "factor-sets/",
    "factor-sets/<str:factor_set>/",
    "glossary/",
    "compute/",
    "verify/",
}
# Routes of one enterprise's rows: another enterprise's head gets 404, whatever the method.
OWN = {
    "plant-models/<str:plant>/": ("get", "plant-models/{plant}/"),
    "plant-models/<str:plant>/peers/": ("get", "plant-models/{plant}/peers/"),
    "plant-models/<str:plant>/residuals/": ("get", "plant-models/{plant}/residuals/"),
    "plant-models/<str:plant>/witnesses/": ("get", "plant-models/{plant}/witnesses/"),
    "plant-models/<str:plant>/witnesses/trial/": ("post", "plant-models/{plant}/witnesses/trial/"),
    "plant-models/<str:plant>/equipment/": ("get", "plant-models/{plant}/equipment/"),
    "plant-models/<str:plant>/trial/": ("post", "plant-models/{plant}/trial/"),
    "plant-models/<str:plant>/plan/signing/": ("get", "plant-models/{plant}/plan/signing/"),
    "calibrations/<uuid:calibration_id>/": ("delete", "calibrations/{calibration}/"),
    "periods/<uuid:period_id>/": ("get", "periods/{period}/"),
    "periods/<uuid:period_id>/checks/": ("get", "periods/{period}/checks/"),
    "periods/<uuid:period_id>/known/": ("get", "periods/{period}/known/"),
    "periods/<uuid:period_id>/known/<str:day>/": ("get", "periods/{period}/known/2026-07-15/"),
    "periods/<uuid:period_id>/comparison/": ("get", "periods/{period}/comparison/?with={period}"),
    "periods/<uuid:period_id>/activity/": ("post", "periods/{period}/activity/"),
    "periods/<uuid:period_id>/answers/": ("post", "periods/{period}/answers/"),
    "periods/<uuid:period_id>/readiness/": ("post", "periods/{period}/readiness/"),
    "periods/<uuid:period_id>/template/": ("get", "periods/{period}/template/"),
    "periods/<uuid:period_id>/import/": ("post", "periods/{period}/import/"),
    "periods/<uuid:period_id>/signing/": ("get", "periods/{period}/signing/"),
    "periods/<uuid:period_id>/submission/": ("post", "periods/{period}/submission/"),
    "periods/<uuid:period_id>/withdrawal/": ("get", "periods/{period}/withdrawal/"),
    "periods/<uuid:period_id>/sample-nonce/": ("get", "periods/{period}/sample-nonce/"),
    "periods/<uuid:period_id>/supplementary/": ("get", "periods/{period}/supplementary/"),
    "periods/<uuid:period_id>/correction/": ("post", "periods/{period}/correction/"),
    "periods/<uuid:period_id>/findings/<int:number>/reply/": ("post", "periods/{period}/findings/1/reply/"),
    "evidence/<uuid:evidence_id>/content/": ("get", "evidence/{evidence}/content/"),
    "reports/<uuid:report_id>/": ("get", "reports/{report}/"),
    "reports/<uuid:report_id>/json/": ("get", "reports/{report}/json/"),
    "reports/<uuid:report_id>/html/": ("get", "reports/{report}/html/"),
    "reports/<uuid:report_id>/pdf/": ("get", "reports/{report}/pdf/"),
    "reports/<uuid:report_id>/receipt/": ("get", "reports/{report}/receipt/"),
    "reports/<uuid:report_id>/xlsx/": ("get", "reports/{report}/xlsx/"),
    "reports/<uuid:report_id>/verification/": ("get", "reports/{report}/verification/"),
    "reports/<uuid:report_id>/verification/html/": ("get", "reports/{report}/verification/html/"),
    "reports/<uuid:report_id>/verification/pdf/": ("get", "reports/{report}/verification/pdf/"),
    "reports/<uuid:report_id>/verification/xlsx/": ("get", "reports/{report}/verification/xlsx/"),
}
# Lists: another enterprise sees its own, which are empty here.
LISTS = {
    "periods/": "periods/",
    "evidence/": "evidence/",
    "reports/": "reports/",
    "calibrations/": "calibrations/",
    "plant-models/<str:plant>/plan/": f"plant-models/{PLANT}/plan/",
}
# What an enterprise says of itself: another sees its own, which says nothing here.
ITSELF = {"entity/"}
CASES = {
    "cases/": ("get", "cases/"),
    "cases/<str:case_id>/": ("get", "cases/{case}/"),
    "cases/<str:case_id>/opening/": ("get", "cases/{case}/opening/"),
    "cases/<str:case_id>/checks/": ("get", "cases/{case}/checks/"),
    "cases/<str:case_id>/plan/": ("get", "cases/{case}/plan/"),
    "cases/<str:case_id>/sample/": ("get", "cases/{case}/sample/"),
    "cases/<str:case_id>/steps/": ("post", "cases/{case}/steps/"),
    "cases/<str:case_id>/steps/<str:step>/": ("get", "cases/{case}/steps/plan/"),
    "cases/<str:case_id>/findings/": ("post", "cases/{case}/findings/"),
    "cases/<str:case_id>/findings/<int:number>/closure/": ("post", "cases/{case}/findings/1/closure/"),
    "cases/<str:case_id>/findings/<int:number>/messages/": ("post", "cases/{case}/findings/1/messages/"),
    "cases/<str:case_id>/known/": ("get", "cases/{case}/known/"),
    "cases/<str:case_id>/known/<str:day>/": ("get", "cases/{case}/known/2026-07-15/"),
    "cases/<str:case_id>/matters/": ("get", "cases/{case}/matters/"),
    "cases/<str:case_id>/visit/record/": ("get", "cases/{case}/visit/record/"),
    "cases/<str:case_id>/visit/photos/": ("post", "cases/{case}/visit/photos/"),
    "cases/<str:case_id>/verdicts/": ("get", "cases/{case}/verdicts/"),
    "cases/<str:case_id>/verdicts/checks/": ("get", "cases/{case}/verdicts/checks/"),
    "cases/<str:case_id>/peers/": ("get", "cases/{case}/peers/"),
    "cases/<str:case_id>/residuals/": ("get", "cases/{case}/residuals/"),
    "cases/<str:case_id>/recomputation/": ("get", "cases/{case}/recomputation/"),
    "cases/<str:case_id>/visit/": ("get", "cases/{case}/visit/"),
    "cases/<str:case_id>/return/": ("get", "cases/{case}/return/?reason=x"),
    "cases/<str:case_id>/approval/": ("get", "cases/{case}/approval/"),
    "cases/<str:case_id>/evidence/<uuid:evidence_id>/content/": (
        "get",
        "cases/{case}/evidence/{evidence}/content/",
    ),
}
# For the regulator alone: places of two enterprises.
MATCHES = {"evidence/matches/": ("get", "evidence/matches/")}
# For the two sides of a draw alone.
DRAWS = {
    "draws/": ("get", "draws/"),
    "draws/commitments/": ("get", "draws/commitments/"),
    "draws/<str:period>/opening/": ("get", "draws/2026-06/opening/"),
}
# What only an administrator drafts and the regulator's side reads; `tests/tables/routes.toml` has all roles.
PROPOSALS = {
    "factor-proposals/": ("get", "factor-proposals/"),
    "factor-proposals/checks/": ("post", "factor-proposals/checks/"),
    "factor-proposals/<uuid:proposal_id>/": ("get", "factor-proposals/{evidence}/"),
    "factor-proposals/<uuid:proposal_id>/simulation/": ("post", "factor-proposals/{evidence}/simulation/"),
    "factor-proposals/<uuid:proposal_id>/withdrawal/": ("post", "factor-proposals/{evidence}/withdrawal/"),
    "factor-proposals/<uuid:proposal_id>/effects/": ("get", "factor-proposals/{evidence}/effects/?account=x"),
}
SIGNED = {"intent": "{}", "signature": "A" * 86, "fingerprint": "0" * 64}
BODIES = {
    "activity/": {"values": []},
    "answers/": {"remark": "x", "stream": "", "text": "x"},
    "correction/": {"reason": "x"},
    "reply/": {"text": "x"},
    "submission/": SIGNED,
    "steps/": SIGNED | {"step": "plan"},
    "findings/": SIGNED | {"kind": "error", "text": "x", "due_on": "2026-08-01"},
    "closure/": SIGNED | {"outcome": "x"},
    "messages/": {"text": "x"},
    "witnesses/trial/": {"laws": [], "period": "2026-06"},
    "trial/": MODEL | {"period": "2026-06"},
}


def ids(stage: Stage, period: str) -> dict[str, str]:
    """Real ids of alpha's rows, so that a 404 hides something that exists."""
    report = stage.ok(stage.get("alpha_head", "reports/"))["results"]
    evidence = stage.ok(stage.get("alpha_head", "evidence/"))["results"]
    return {
        "plant": PLANT,
        "period": period,
        "case": CASE,
        "report": report[0]["id"] if report else str(uuid4()),
        "evidence": evidence[0]["id"],
        "calibration": stage.ok(stage.post("alpha_operator", "calibrations/", CERTIFICATE), 201)["id"],
    }


def call(stage: Stage, who: str, method: str, path: str):
    if path.endswith("photos/"):
        photo = {
            "file": SimpleUploadedFile("seal.jpg", b"x"),
            "title": "x",
            "captured_at": "2026-07-15T08:00:00Z",
        }
        return stage.client_of(who).post(f"{API}/{path}", photo, format="multipart")
    if path.endswith("import/"):
        sheet = {"file": SimpleUploadedFile("june.csv", b"2026-06,coal,ncv,20,GJ/t,measured,\n")}
        return stage.client_of(who).post(f"{API}/{path}", sheet, format="multipart")
    body = next((body for end, body in BODIES.items() if path.endswith(end)), {})
    if method == "delete":
        return stage.client_of(who).delete(f"{API}/{path}")
    return stage.get(who, path) if method == "get" else stage.post(who, path, body)


def test_every_route_stands_in_one_of_these_tables() -> None:
    routes = {str(pattern.pattern) for pattern in urlpatterns}
    ours = set(OWN) | set(LISTS) | ITSELF
    assert routes == PUBLIC | ours | set(CASES) | set(DRAWS) | set(MATCHES) | set(PROPOSALS)


def test_proposals_of_factor_sets_are_no_enterprise_s_and_no_auditor_s(stage: Stage) -> None:
    known = ids(stage, stage.submitted())
    for who in ("alpha_head", "alpha_manager", "lead_auditor", "approver"):
        for method, template in PROPOSALS.values():
            path = template.format(**known)
            assert call(stage, who, method, path).status_code == 403, (who, path)


def test_nobody_without_a_membership_gets_anything_and_nobody_else_gets_alphas_rows(stage: Stage) -> None:
    known = ids(stage, stage.in_verification())
    for method, template in [*OWN.values(), *CASES.values()]:
        path = template.format(**known)
        assert call(stage, "", method, path).status_code == 401, path
        assert call(stage, "stranger", method, path).status_code == 403, path
        assert call(stage, "suspended", method, path).status_code == 403, path
    for method, template in OWN.values():
        path = template.format(**known)
        assert call(stage, "beta_head", method, path).status_code == 404, path
        assert call(stage, "lead_auditor", method, path).status_code == 403, path
        assert call(stage, "regulator_1", method, path).status_code == 403, path
    for path in LISTS.values():
        assert stage.ok(stage.get("beta_head", path))["results"] == []
        assert stage.get("", path).status_code == 401
        assert stage.get("stranger", path).status_code == 403


def test_what_an_enterprise_says_of_itself_is_its_own(stage: Stage) -> None:
    stage.ready()
    said = {"plant": "", "facts": {"legal_representative": "甲方法人"}}
    stage.ok(stage.put("alpha_manager", "entity/", said))
    other = stage.ok(stage.get("beta_head", "entity/"))
    assert [one["text"] for one in other["facts"] if one["text"]] == []
    assert PLANT not in {one["id"] for one in other["plants"]}
    assert stage.put("beta_head", "entity/", {"plant": PLANT, "facts": {}}).status_code == 404
    own = {one["name"]: one["text"] for one in stage.ok(stage.get("alpha_head", "entity/"))["facts"]}
    assert own["legal_representative"] == "甲方法人"
    for who in ("stranger", "suspended", "lead_auditor", "regulator_1"):
        assert stage.get(who, "entity/").status_code == 403, who
        assert stage.put(who, "entity/", said).status_code == 403, who
    assert stage.get("", "entity/").status_code == 401


def test_enterprises_never_reach_cases_and_auditors_only_their_own(stage: Stage) -> None:
    known = ids(stage, stage.submitted())
    for method, template in CASES.values():
        path = template.format(**known)
        assert call(stage, "alpha_head", method, path).status_code == 403, path
        assert call(stage, "administrator_1", method, path).status_code == 403, path
    # The statement waits for its case: no auditor may look at it yet.
    for who in ("lead_auditor", "technical_reviewer", "approver"):
        for method, template in CASES.values():
            path = template.format(**known)
            if path != "cases/":
                assert call(stage, who, method, path).status_code in (403, 404), (who, path)
    assert stage.ok(stage.get("lead_auditor", "cases/"))["results"] == []


def test_only_the_two_sides_of_a_draw_reach_it(stage: Stage) -> None:
    for method, path in DRAWS.values():
        assert call(stage, "", method, path).status_code == 401, path
        for who in ("stranger", "alpha_head", "lead_auditor", "approver"):
            assert call(stage, who, method, path).status_code == 403, (who, path)


def test_only_the_regulator_sees_which_enterprises_share_a_file(stage: Stage) -> None:
    for method, path in MATCHES.values():
        assert call(stage, "", method, path).status_code == 401, path
        for who in ("stranger", "alpha_head", "lead_auditor", "approver", "administrator_1"):
            assert call(stage, who, method, path).status_code == 403, (who, path)
        assert stage.ok(stage.get("regulator_1", path)) == {"results": []}


def test_roles_inside_an_enterprise_have_their_limits(stage: Stage) -> None:
    period = stage.ready()
    for who in ("alpha_trader", "alpha_operator", "alpha_manager"):
        assert stage.get(who, f"periods/{period}/signing/").status_code == 403
        body = BODIES["submission/"]
        assert stage.post(who, f"periods/{period}/submission/", body).status_code == 403
    assert stage.post("alpha_trader", f"periods/{period}/readiness/").status_code == 403
    assert stage.upload("alpha_trader", period=period).status_code == 403
    assert stage.get("alpha_trader", f"periods/{period}/").status_code == 200


def test_the_regulator_sees_what_the_ledger_has_and_no_figure_and_no_file(stage: Stage) -> None:
    known = ids(stage, stage.in_verification())
    shown = stage.ok(stage.get("regulator_1", f"cases/{CASE}/"))
    assert shown["statement"] is None
    assert shown["evidence"] == []
    path = CASES["cases/<str:case_id>/evidence/<uuid:evidence_id>/content/"][1].format(**known)
    assert stage.get("regulator_1", path).status_code == 404


def test_an_auditor_reads_the_cases_evidence_while_it_is_open_and_not_after(stage: Stage) -> None:
    known = ids(stage, stage.reviewed())
    path = CASES["cases/<str:case_id>/evidence/<uuid:evidence_id>/content/"][1].format(**known)
    assert stage.get("lead_auditor", path).content.startswith(b"%PDF")
    stage.sign_route("approver", f"cases/{CASE}/approval/")
    assert stage.get("lead_auditor", path).status_code == 404
    assert stage.ok(stage.get("lead_auditor", f"cases/{CASE}/"))["statement"] is None


def test_another_verifying_body_reaches_nothing_of_an_open_case(stage: Stage) -> None:
    """Assigned is the body that was drawn: who verifies elsewhere sees neither the case nor its files."""
    from tenants.models import Organisation

    known = ids(stage, stage.in_verification())
    rival = "acc_rivalaaaaaaa"
    Organisation.objects.create(
        account=rival, kind="auditor", name="丁核查有限公司", usci="91110000MA0000004T", status="active",
        created_at=world.BORN,
    )  # fmt: skip
    for role in ("lead_auditor", "technical_reviewer", "approver"):
        who = f"rival_{role}"
        world.add_person(who, rival, role)
        assert stage.ok(stage.get(who, "cases/"))["results"] == []
        for method, template in CASES.values():
            path = template.format(**known)
            if path != "cases/":
                assert call(stage, who, method, path).status_code in (403, 404), (who, path)
        assert stage.get(who, f"cases/{CASE}/evidence/{known['evidence']}/content/").status_code == 404
        hits = stage.ok(stage.get(who, "search/", q="June", kind="evidence"))["results"]
        assert hits.get("evidence", []) == []
    # The same routes open for the body that was drawn.
    assert stage.get("lead_auditor", f"cases/{CASE}/").status_code == 200
    path = f"cases/{CASE}/evidence/{known['evidence']}/content/"
    assert stage.get("lead_auditor", path).status_code == 200
