"""The schema of this thread's connection: the one adapter over django-tenants' untyped connection.

For middleware and entries of threads only. Everything else enters a schema by `tenants.access.within`.
"""

from typing import Any, cast

from django.db import connection


def enter_public() -> None:
    """The shared schema."""
    cast(Any, connection).set_schema_to_public()


def enter(tenant: Any) -> None:
    """A tenant's schema, until somebody enters another: connections do not leave it by themselves."""
    cast(Any, connection).set_tenant(tenant)


def current() -> Any:
    """The tenant of the connection, or a stand-in for `public`; it has a `schema_name`."""
    return cast(Any, connection).tenant
