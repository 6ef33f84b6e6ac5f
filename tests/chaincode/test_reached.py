"""docs/ledger.md says where each transaction is reached: a route there is, or a program that calls it."""

import re
import tomllib
from pathlib import Path

import pytest
from lexicon.transactions import SERVICE_OF, Act, Transaction

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
PART = PAGE.split("# Where each is reached", 1)[1].split("\n# ", 1)[0]
ROWS = [
    (re.findall(r"`(\w+)`", names), route.strip().strip("`"), who)
    for names, route, who in re.findall(r"^\| (`.*?) \| (.*?)\| (.*) \|$", PART, re.MULTILINE)
]
ROUTES = {
    route["call"] for route in tomllib.loads((ROOT / "tests/tables/routes.toml").read_text("utf-8"))["route"]
}


def test_every_transaction_and_act_is_reached_in_one_way():
    assert sorted(name for names, _, _ in ROWS for name in names) == sorted([*Transaction, *Act])


@pytest.mark.parametrize(("names", "route", "who"), ROWS, ids=lambda value: str(value)[:40])
def test_what_people_sign_has_a_route_and_only_services_transactions_have_none(names, route, who):
    if route:
        assert route in ROUTES
        return
    assert set(names) <= set(SERVICE_OF)
    module = re.search(r"`([a-z_]+(?:\.[a-z_]+)+)`", who).group(1).replace(".", "/")
    folder = next(place for place in ("", "platform") if (ROOT / place / f"{module}.py").exists())
    code = (ROOT / folder / f"{module}.py").read_text("utf-8")
    assert all(f"Transaction.{name.upper()}" in code for name in names)
