"""Schemas of tenants: a scripted one equals a migrated one, all or nothing; traps of a shared connection."""

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from kit import clock

from tenants.access import within
from tenants.models import Organisation, SchemaScript, Tenant, User
from tenants.services import schemas
from tests import world

pytestmark = pytest.mark.db
_COLUMNS = """
select table_name, column_name, data_type, is_nullable, column_default is not null, character_maximum_length,
       numeric_precision, numeric_scale
from information_schema.columns where table_schema = %s order by 1, 2
"""
_CONSTRAINTS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = %s::regnamespace order by 1, 2
"""
_INDEXES = "select tablename, indexname, indexdef from pg_indexes where schemaname = %s order by 1, 2"


def shape_of(schema: str) -> list[tuple[object, ...]]:
    """Everything PostgreSQL knows of a schema's tables, with its own name taken out."""
    rows: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for query in (_COLUMNS, _CONSTRAINTS, _INDEXES):
            cursor.execute(query, [schema])
            rows += [tuple(str(cell).replace(schema, "SCHEMA") for cell in row) for row in cursor.fetchall()]
    return rows


def new_organisation(account: str = "acc_gammaaaaaaaa") -> Organisation:
    return Organisation.objects.create(
        account=account, kind="enterprise", name="戊厂", created_at=clock.now()
    )


def test_a_schema_from_the_script_equals_the_migrated_template() -> None:
    tenant = schemas.create_tenant(new_organisation())
    shape = shape_of(tenant.schema_name)
    assert tenant.schema_name == "t_000003"
    assert any("django_migrations" in str(row) for row in shape)
    assert shape == shape_of(schemas.TEMPLATE)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from t_000003.django_migrations")
        assert cursor.fetchone()[0] > 0


def test_a_failure_leaves_neither_row_nor_schema() -> None:
    SchemaScript.objects.update(script="create schema tanheng_template; create table nonsense (")
    with pytest.raises(ProgrammingError), transaction.atomic():
        schemas.create_tenant(new_organisation())
    assert Tenant.objects.filter(organisation_id="acc_gammaaaaaaaa").count() == 0
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from information_schema.schemata where schema_name = 't_000003'")
        assert cursor.fetchone()[0] == 0


def test_a_second_call_gives_the_same_tenant() -> None:
    organisation = new_organisation()
    assert schemas.create_tenant(organisation).pk == schemas.create_tenant(organisation).pk


def test_a_tenants_table_does_not_exist_in_public() -> None:
    from ingest.models import Plant

    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        list(Plant.objects.all())


def test_after_a_rollback_inside_a_schema_connection_and_data_agree(tenant) -> None:
    with pytest.raises(ZeroDivisionError), within(tenant("alpha")), transaction.atomic():
        _read_and_fail()
    with connection.cursor() as cursor:
        cursor.execute("select current_schema()")
        assert cursor.fetchone()[0] == "public"


def _read_and_fail() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    raise ZeroDivisionError


def test_deleting_a_user_looks_into_no_tenants_table() -> None:
    user = User.objects.create_user("gone@example.test")
    user.delete()
    assert not User.objects.filter(email="gone@example.test").exists()


def test_no_tenant_side_foreign_key_points_to_a_shared_table() -> None:
    from django.apps import apps

    inside = {"ingest", "accounting"}
    wrong = [
        f"{model.__name__}.{field.name}"
        for label in inside
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model and field.related_model._meta.app_label not in inside
    ]
    assert wrong == []


def test_a_new_thread_starts_in_public(tenant) -> None:
    seen: list[str | None] = []

    def look() -> None:
        seen.append(connection.schema_name)

    with within(tenant("alpha")):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == ["public"]


def test_a_request_leaves_the_connection_in_public_also_after_a_fault(client_of, monkeypatch) -> None:
    from tenants import selectors

    def break_down(viewer: object) -> None:
        assert connection.schema_name == "t_000001"
        raise RuntimeError("broken")

    monkeypatch.setattr(selectors, "intents", break_down)
    answer = client_of("alpha_head").get("/api/v1/intents/")
    assert (answer.status_code, answer.json()["refusal"]) == (500, "internal_fault")
    assert connection.schema_name == "public"


def test_the_hubs_database_calls_never_see_the_schema_left_by_another(tenant) -> None:
    from tanheng.live import in_public

    connection.set_tenant(tenant("alpha"))
    assert in_public(lambda: connection.schema_name) == "public"
    assert connection.schema_name == "public"


def test_the_template_schema_belongs_to_nobody() -> None:
    assert Tenant.objects.get(schema_name=schemas.TEMPLATE).organisation is None
    assert world.HOUSES["alpha"].schema != schemas.TEMPLATE
