"""The stranger's test: every route of the API, tried as everybody, against tests/tables/routes.toml."""

import functools
import tomllib
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests import world
from tests.tanheng.objects import MAKERS

pytestmark = pytest.mark.db
TABLE = tomllib.loads((Path(__file__).parents[1] / "tables" / "routes.toml").read_text(encoding="utf-8"))
ROWS = {row["call"]: row for row in TABLE["route"]}
PREFIX = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
# One person of each role, and those who have none.
PEOPLE = (
    "alpha_head", "alpha_manager", "alpha_trader", "alpha_operator", "lead_auditor", "technical_reviewer",
    "approver", "regulator_1", "administrator_1",
)  # fmt: skip
OUTSIDE = ("", "stranger", "suspended")
# What the door says to somebody who may not.
DOOR = {"not_signed_in", "no_membership", "no_tenant", "no_permission", "second_factor_missing"}


@functools.cache
def routes() -> dict[str, dict[str, Any]]:
    """call -> operation of the OpenAPI document, e.g. "GET me/"."""
    from drf_spectacular.generators import SchemaGenerator

    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        f"{method.upper()} {path.removeprefix(PREFIX)}": operation
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in METHODS
    }


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted(set(routes()) - set(ROWS)) == [], "routes without a row in tests/tables/routes.toml"
    assert sorted(set(ROWS) - set(routes())) == [], "rows without a route"


def url_of(call: str, given: dict[str, str]) -> str:
    """The address with its parameters: those given, else ids that nothing has."""
    path = call.split(" ", 1)[1]
    for parameter in routes()[call].get("parameters", []):
        if parameter["in"] == "path":
            name, kind = parameter["name"], parameter["schema"]
            nothing = (
                str(uuid.uuid4())
                if kind.get("format") == "uuid"
                else "1"
                if kind["type"] == "integer"
                else "nothing1"
            )
            path = path.replace(f"{{{name}}}", given.get(name, nothing))
    return PREFIX + path


def ask(client: Any, call: str, url: str, body: object) -> Any:
    method = call.split(" ", 1)[0].lower()
    return client.get(url) if method == "get" else getattr(client, method)(url, body, format="json")


def may(row: dict[str, Any], name: str) -> bool:
    """Whether the table lets a person of the tests through the door."""
    words = set(row["may"].split())
    if "public" in words or ("signed_in" in words and name):
        return True
    if name in OUTSIDE:
        return False
    house, role = world.PEOPLE[name]
    kind = world.HOUSES[house or ""].kind
    return bool(words & {"member", kind, role}) or "signed_in" in words


@pytest.mark.parametrize("name", [*OUTSIDE, *PEOPLE])
def test_only_those_in_the_table_pass_the_door(name: str, client_of) -> None:
    client, wrong = client_of(name), []
    for call, row in ROWS.items():
        answer = ask_and_undo(client, call, url_of(call, row.get("given", {})), row.get("body", {}))
        if fault := fault_of(answer, allowed=may(row, name), signed_in=bool(name)):
            wrong.append(f"{call}: {fault}")
    assert wrong == []


def ask_and_undo(client: Any, call: str, url: str, body: object) -> Any:
    """The answer; what it changed is taken back, so that one call never explains another's answer."""
    cache.clear()
    with transaction.atomic():
        try:
            return ask(client, call, url, body)
        finally:
            transaction.set_rollback(True)


def fault_of(answer: Any, *, allowed: bool, signed_in: bool) -> str:
    """What is wrong with an answer, or nothing."""
    typed = "json" in answer.get("content-type", "") and answer.content
    refusal = answer.json().get("refusal", "") if typed and isinstance(answer.json(), dict) else ""
    said = f"{answer.status_code} {refusal}"
    if answer.status_code >= 500:
        return said
    stopped = refusal in DOOR
    if stopped == allowed:
        return said
    return said if stopped and answer.status_code != (403 if signed_in else 401) else ""


@pytest.mark.parametrize("call", sorted(call for call, row in ROWS.items() if "of" in row))
def test_what_is_alphas_nobody_else_finds(call: str, client_of) -> None:
    row = ROWS[call]
    given = MAKERS[row["of"]]()
    finders = set(row.get("found_by", "").split())
    for name in ("beta_head", "beta_manager", "beta_trader", "beta_operator", *PEOPLE[4:]):
        if may(row, name) and world.PEOPLE[name][1] not in finders:
            answer = ask(client_of(name), call, url_of(call, given), row.get("body", {}))
            assert answer.status_code == 404, (
                f"{call} as {name}: {answer.status_code} {answer.content[:200]!r}"
            )
    owner = ask(client_of("alpha_head"), call, url_of(call, given), row.get("body", {}))
    assert owner.status_code < 400, f"{call}: alpha's head does not find her own: {owner.content[:200]!r}"


def test_every_live_topic_has_a_row_and_lets_in_only_those_in_it(viewer) -> None:
    from kit import live

    rows = {row["topic"].split(".", 1)[0]: row for row in TABLE.get("topic", [])}
    assert sorted(rows) == live.prefixes()
    for prefix, row in rows.items():
        owner = live.owner_of(prefix)
        if "of" in row:
            MAKERS[row["of"]]()
        for name in (*PEOPLE, "beta_head", "beta_operator"):
            allowed = name in row["may"].split()
            assert bool(owner and owner.permit(viewer(name), row["topic"])) == allowed, (
                f"{row['topic']} as {name}"
            )
