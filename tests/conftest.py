"""Fixtures for all tests: the database (only when asked for), the people of `tests.world`, a frozen clock."""

import gc
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from kit import clock

from tests import database, parallel, web_login, world
from tests.must_run import not_run

# How long an example takes says how busy the machine is, not whether it is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

NOON = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """What is imported and collected stays to the end: no search for garbage goes over it, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`."""
    return parallel.workers()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`@pytest.mark.db` is all a test needs to say; pytest-django's own mark follows from it."""
    if hasattr(config, "workerinput"):
        parallel.longest_first(items)
    for item in items:
        mark = item.get_closest_marker("db")
        if mark and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(**mark.kwargs))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The run's own server; nothing is started when no test uses the database."""
    with database.running_copy(lambda socket: _populate(socket, django_db_blocker)) as socket:
        _connect(socket)
        with web_login.of_every_request():
            yield
        with django_db_blocker.unblock():
            _close()


@pytest.fixture(autouse=True)
def _public_schema(request: pytest.FixtureRequest) -> Iterator[None]:
    """`connection.tenant` is Python state and survives a rollback: begin and end in public."""
    if not request.node.get_closest_marker("django_db"):
        yield
        return
    from django.core.cache import cache
    from django.db import connection

    from accounting.domain.factors import published

    cache.clear()
    published.forget()
    connection.set_schema_to_public()
    yield
    connection.set_schema_to_public()


@pytest.fixture(scope="session")
def mosquitto_program() -> str:
    """The path of a Mosquitto; whoever asks for it is not run without one, and the gate fails there."""
    from operations import broker

    found = broker.program()
    return found if found is not None else not_run("mosquitto", "Mosquitto is not installed")


@pytest.fixture
def frozen_clock() -> Iterator[datetime]:
    """Time stands still at noon in Shanghai on 2026-07-15; `kit.clock.tick` moves it."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def client_of(db: None) -> Callable[[str], Any]:
    """client_of("alpha_head"): an API client signed in as that person of `tests.world` (`""`: signed out)."""
    from rest_framework.test import APIClient

    from tenants.models import User

    def make(name: str) -> Any:
        client = APIClient()
        if name:
            client.force_login(
                User.objects.get(email=world.email(name)),
                "allauth.account.auth_backends.AuthenticationBackend",
            )
        return client

    return make


@pytest.fixture
def viewer(db: None) -> Callable[[str], Any]:
    """viewer("alpha_head"): the `tenants.access.Viewer` that services and selectors take."""
    from tenants.access import viewer_of_person

    def of(name: str) -> Any:
        found = viewer_of_person(world.person_id(name))
        assert found is not None, f"{name} has no active membership"
        return found

    return of


@pytest.fixture
def tenant(db: None) -> Callable[[str], Any]:
    """tenant("alpha"): the Tenant row; `with tenants.access.within(row):` enters its schema."""
    from tenants.models import Tenant

    return lambda name: Tenant.objects.get(schema_name=world.HOUSES[name].schema)


def _connect(socket: Path) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict.update({"HOST": str(socket), "NAME": database.DATABASE, "USER": "tanheng"})


def _close() -> None:
    from django.db import connection

    connection.close()


def _populate(socket: Path, blocker: Any) -> None:
    """Migrate shared schema and template, make the two enterprises and everybody."""
    from tenants.services.schemas import prepare_database

    with blocker.unblock():
        _connect(socket)
        prepare_database()
        world.populate()
        _close()
