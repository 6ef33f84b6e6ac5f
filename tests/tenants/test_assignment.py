"""Door 1: an assigned auditor, one case, while it is open; everybody else finds nothing."""

import pytest
from django.db import connection
from lexicon.refusals import Refused

from tenants.assignment import assigned_cases, enter_case
from tenants.models import CaseAssignment
from tests import world

pytestmark = pytest.mark.db
CASE = f"{world.HOUSES['alpha'].account}~plant_1~2026-06~1"


@pytest.fixture
def case(db: None) -> CaseAssignment:
    return CaseAssignment.objects.create(
        case=CASE, auditor=world.HOUSES["audit"].account, account=world.HOUSES["alpha"].account,
        period="2026-06", opened_tx="a" * 64,
    )  # fmt: skip


def test_the_assigned_auditor_is_in_the_enterprises_schema_and_out_again(case, viewer) -> None:
    with enter_case(viewer("lead_auditor"), CASE) as entry:
        assert connection.schema_name == "t_000001"
        assert (entry.plant, entry.period, entry.version) == ("plant_1", "2026-06", 1)
    assert connection.schema_name == "public"
    assert assigned_cases(viewer("approver")) == [CASE]


@pytest.mark.parametrize("name", ["beta_head", "alpha_head", "regulator_1", "administrator_1"])
def test_nobody_else_passes(name, case, viewer) -> None:
    with pytest.raises(Refused, match="not_assigned"), enter_case(viewer(name), CASE):
        pytest.fail("the door was open")


def test_a_closed_case_and_one_that_never_was_look_the_same(case, viewer) -> None:
    CaseAssignment.objects.update(open=False)
    for name in (CASE, "acc_nothing~x~2026-06~1"):
        with pytest.raises(Refused, match="not_assigned"), enter_case(viewer("lead_auditor"), name):
            pytest.fail("the door was open")
