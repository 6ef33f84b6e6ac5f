"""Who sees which schema: the traps of tenants by schema, one test each."""

import pytest
from django.db import connection

from tenants.access import within
from tests import world


@pytest.mark.db
def test_the_driver_is_psycopg2_and_not_whatever_is_importable() -> None:
    assert connection.Database.__name__ == "psycopg2"


@pytest.mark.db
def test_a_member_acts_in_her_enterprises_schema(viewer) -> None:
    assert viewer("alpha_head").tenant.schema_name == "t_000001"
    assert viewer("beta_head").tenant.schema_name == "t_000002"
    assert viewer("lead_auditor").tenant is None


@pytest.mark.db
def test_an_exception_inside_a_schema_leads_back_to_the_one_before(tenant) -> None:
    with pytest.raises(ZeroDivisionError), within(tenant("beta")):
        raise ZeroDivisionError
    assert connection.schema_name == "public"


@pytest.mark.db
def test_a_suspended_member_and_a_stranger_have_no_viewer() -> None:
    from tenants.access import viewer_of_person

    assert viewer_of_person(world.person_id("suspended")) is None
    assert viewer_of_person(world.person_id("stranger")) is None
