"""A tenant's schema: made by one SQL script from the template schema, in the transaction of the Tenant row.

Owns the template, its script and the migration of schemas. The script is a dump of the template's structure
and of its list of applied migrations; a schema made from it equals a migrated one (tested).
"""

import hashlib
import os
import re
import subprocess

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from kit import clock, schema
from psycopg2 import sql

from tenants.models import Organisation, SchemaScript, Tenant
from tenants.services import web_login

TEMPLATE = "tanheng_template"
_SKIPPED = re.compile(r"(--|\\|SET |SELECT pg_catalog\.set_config)")
# One at a time: two migrations of one schema collide.
_LOCK = 7_204_101


class SchemaError(RuntimeError):
    """The template cannot be dumped, or there is no script yet."""


def prepare_database() -> list[str]:
    """Bring shared schema, template and every tenant's schema to the newest migration; renew the script.

    Returns the names of the schemas that were behind. Idempotent; several processes may call it at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
    try:
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        behind = _migrate_tenants()
    finally:
        schema.enter_public()
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])
    return behind


def create_tenant(organisation: Organisation) -> Tenant:
    """The tenant of an enterprise, with its schema; the one that is there when it was made before.

    Row and schema are one transaction: a failure leaves neither.
    Raises: SchemaError before `prepare_database` has run once.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        found: Tenant | None = Tenant.objects.filter(organisation=organisation).first()
        if found:
            return found
        if not SchemaScript.objects.exists():
            raise SchemaError("There is no schema script; run `manage.py prepare_database`.")
        name = _next_name()
        tenant = Tenant(schema_name=name, organisation=organisation, created_at=clock.now())
        tenant.save()
        with connection.cursor() as cursor:
            cursor.execute("select make_tenant_schema(%s)", [name])
    return tenant


def _next_name() -> str:
    """The next name of our own counter; the lock on the template's row makes two at once wait."""
    Tenant.objects.select_for_update().get(schema_name=TEMPLATE)
    last = (
        Tenant.objects.filter(schema_name__startswith="t_")
        .order_by("-schema_name")
        .values_list("schema_name", flat=True)
    )
    number = int(last[0].removeprefix("t_")) + 1 if last else 1
    return f"t_{number:06}"


def _migrate_tenants() -> list[str]:
    """Template and tenants forward, and the web process's login into each of them that it cannot enter."""
    _migrate_template()
    names = list(Tenant.objects.values_list("schema_name", flat=True))
    behind = _schemas_behind()
    for name in behind:
        call_command("migrate_schemas", schema_name=name, interactive=False, verbosity=0)
    web_login.prepare(names, changed=behind)
    return behind


def _migrate_template() -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(TEMPLATE)))
    if not Tenant.objects.filter(schema_name=TEMPLATE).exists():
        Tenant(schema_name=TEMPLATE, organisation=None, created_at=clock.now()).save()
    call_command("migrate_schemas", schema_name=TEMPLATE, interactive=False, verbosity=0)
    schema.enter_public()
    script = _dump() + web_login.grants_in(TEMPLATE)
    version = hashlib.sha256(script.encode()).hexdigest()
    SchemaScript.objects.update_or_create(
        version=version, defaults={"script": script, "made_at": clock.now()}
    )


def _schemas_behind() -> list[str]:
    """Tenants whose applied migrations differ from the template's: one query, however many there are."""
    names = list(Tenant.objects.exclude(schema_name=TEMPLATE).values_list("schema_name", flat=True))
    if not names:
        return []
    applied = (
        "select {name}, md5(string_agg(app || '.' || name, ',' order by app, name)) "
        "from {schema}.django_migrations"
    )
    parts = [
        sql.SQL(applied).format(name=sql.Literal(name), schema=sql.Identifier(name))
        for name in [TEMPLATE, *names]
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" union all ").join(parts))
        states = dict(cursor.fetchall())
    return [name for name in names if states[name] != states[TEMPLATE]]


def _dump() -> str:
    structure = _pg_dump("--schema", TEMPLATE, "--schema-only")
    migrations = _pg_dump("--table", f"{TEMPLATE}.django_migrations", "--data-only", "--inserts")
    lines = [line for line in (structure + migrations).splitlines() if line and not _SKIPPED.match(line)]
    return "\n".join(lines) + "\n"


def _pg_dump(*arguments: str) -> str:
    given = connection.settings_dict
    command = [
        str(settings.PG_DUMP),
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        *arguments,
        given["NAME"],
    ]
    variables = {
        "PGHOST": given["HOST"],
        "PGPORT": str(given["PORT"] or ""),
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
    }
    environment = {**os.environ, **{name: value for name, value in variables.items() if value}}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        raise SchemaError(f"pg_dump failed: {done.stderr.strip()[-400:]}")
    return done.stdout
