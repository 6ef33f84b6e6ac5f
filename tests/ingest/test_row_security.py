"""The database itself keeps the web process to the rows of the enterprise whose schema it stands in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError
from tanheng.env import WEB_LOGIN, Environment
from tanheng.settings import database

from tenants.models import SchemaScript
from tests.ingest.conftest import NOW_MS, Device, add_meter

pytestmark = pytest.mark.db
ALPHA, BETA = "t_000001", "t_000002"
HOT = sorted(model._meta.db_table for model in apps.get_app_config("hot").get_models())
_SECURED = """
select relname from pg_class where relnamespace = 'public'::regnamespace and relname like 'hot%%'
and relkind in ('r', 'p') and not relispartition and not relrowsecurity
"""


@dataclass
class Web:
    """The connection as the web process has it; `stand` in a schema as a request does."""

    cursor: Any
    schema: str = "public"

    def stand(self, schema: str) -> None:
        self.schema = schema
        self.cursor.execute(f"set local search_path = {schema}, public")

    def count(self, table: str) -> int:
        self.cursor.execute(f"select count(*) from {table}")  # noqa: S608 (names of tables)
        return int(self.cursor.fetchone()[0])

    def refused(self, statement: str, *values: object, says: str) -> None:
        with pytest.raises(DatabaseError, match=says):
            self._asked(statement, values)

    def _asked(self, statement: str, values: tuple[object, ...]) -> None:
        with transaction.atomic():
            # A savepoint opens a cursor of its own, with which the schema is chosen anew.
            self.stand(self.schema)
            self.cursor.execute(statement, values or None)


@contextmanager
def _web() -> Iterator[Web]:
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {WEB_LOGIN}")
        yield Web(cursor)
        cursor.execute("reset role")
        cursor.execute("set local search_path = public")


@pytest.fixture
def web(store: Any, device: Device) -> Iterator[Web]:
    """Two enterprises with a signed batch and a held reading each; from then on only the web's rights."""
    other = add_meter(Device(tenant=BETA, key=Ed25519PrivateKey.from_private_bytes(bytes([3] * 32))))
    batches = [one.batch(["1", "2"], ts_ms=NOW_MS - 3_600_000) for one in (device, other)]
    held = [one.raw(b"torn") for one in (device, other)]
    assert store.store([*batches, *held], now_ms=NOW_MS).readings == 4
    with _web() as found:
        yield found


FULL = {
    "hot_meterindex": 1, "hot_gatewaykey": 1, "hot_sequence": 1, "hot_daysequence": 1, "hot_signedbatch": 1,
    "hot_quarantine": 1, "hot_dirtyhour": 1, "hot_point": 2,
}  # fmt: skip


@pytest.mark.parametrize("tenant", [ALPHA, BETA])
def test_each_enterprise_sees_its_own_rows_and_in_no_schema_there_are_none(web: Web, tenant: str) -> None:
    web.stand(tenant)
    assert {table: web.count(table) for table in FULL} == FULL
    web.cursor.execute("select tenant from hot_meterindex")
    assert web.cursor.fetchall() == [(tenant,)]
    web.stand("public")
    assert {table: web.count(table) for table in FULL} == dict.fromkeys(FULL, 0)


def test_nothing_is_changed_added_or_removed_in_another_enterprise(web: Web) -> None:
    web.cursor.execute("reset role")
    web.cursor.execute("select id from hot_meterindex where tenant = %s", [BETA])
    (theirs,) = web.cursor.fetchone()
    web.cursor.execute(f"set local role {WEB_LOGIN}")
    web.stand(ALPHA)
    for statement, value in (
        ("update hot_point set count = 0 where meter = %s", theirs),
        ("delete from hot_quarantine where tenant = %s", BETA),
        ("update hot_gatewaykey set revoked_at = null where tenant = %s", BETA),
    ):
        web.cursor.execute(statement, [value])
        assert web.cursor.rowcount == 0, statement
    foreign = "violates row-level security"
    web.refused("insert into hot_dirtyhour (meter_id, hour, mark) values (%s, 1, 1)", theirs, says=foreign)
    web.refused("insert into hot_point values (%s, 1, 1, %s, 1, 0)", NOW_MS * 10**6, theirs, says=foreign)
    web.refused("update hot_meterindex set tenant = %s", BETA, says=foreign)


def test_every_hot_table_has_its_rule() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SECURED)
        assert cursor.fetchall() == []
        cursor.execute("select tablename from pg_policies where policyname = 'own_rows'")
        assert {*HOT, "hot_point"} == {row[0] for row in cursor.fetchall()}


def test_the_login_owns_nothing_is_bound_and_reaches_no_partition(web: Web) -> None:
    web.cursor.execute(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = %s", [WEB_LOGIN]
    )
    assert web.cursor.fetchone() == (False, False, False)
    web.cursor.execute("select count(*) from pg_class where relowner = %s::regrole", [WEB_LOGIN])
    assert web.cursor.fetchone() == (0,)
    web.stand(ALPHA)
    web.refused("select * from hot_point_2026_07", says="permission denied")
    web.refused("alter table hot_point disable row level security", says="must be owner")
    web.refused("create table public.mine (n int)", says="permission denied")


def test_a_tenant_s_schema_is_made_for_it_by_a_script_that_it_cannot_write(web: Web) -> None:
    web.cursor.execute("select make_tenant_schema('t_000099')")
    web.stand("t_000099")
    assert web.count("ingest_plant") == 0
    web.refused("select make_tenant_schema('public')", says="no name of a tenant")
    web.refused("update tenants_schemascript set script = ''", says="permission denied")
    assert SchemaScript.objects.exists()


def test_a_month_of_readings_is_made_for_it_once(web: Web) -> None:
    for _ in range(2):
        web.cursor.execute("select hot_make_month('2031-05-17')")
    web.cursor.execute(
        "select pg_get_expr(relpartbound, oid) from pg_class where relname = 'hot_point_2031_05'"
    )
    assert web.cursor.fetchall() == [("FOR VALUES FROM ('1935360000000000000') TO ('1938038400000000000')",)]


def test_only_the_web_process_signs_in_so(tmp_path: Any) -> None:
    own = Environment.read({"TANHENG_HOME": str(tmp_path)})
    assert (database(own)["USER"], database(own, web=True)["USER"]) == ("tanheng", WEB_LOGIN)
    url, web_url = "postgresql://owner:a@h:1/d", "postgresql://bound:b@h:1/d"
    without = Environment.read({"TANHENG_HOME": str(tmp_path), "DATABASE_URL": url})
    assert database(without, web=True)["USER"] == "owner"
    given = {"TANHENG_HOME": str(tmp_path), "DATABASE_URL": url, "TANHENG_WEB_DATABASE_URL": web_url}
    assert database(Environment.read(given), web=True)["USER"] == "bound"
