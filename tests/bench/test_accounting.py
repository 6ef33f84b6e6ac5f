"""The bench of accounting runs through: once with few meters and few rounds, on the tests' database."""

import pytest

from bench import accounting_enterprise

FEW = {
    "METERS": 4, "STREAMS": 2, "MONTHS": (6, 7), "ROUNDS": 1, "YEARS": 1, "PAPERS": 0, "SCHEMAS": 0,
    "LINES_FEW": 4, "LINES_MANY": 8,
}  # fmt: skip


@pytest.mark.db
def test_every_list_of_times_is_measured_on_periods_that_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in FEW.items():
        monkeypatch.setattr(accounting_enterprise, name, few)
    told = accounting_enterprise.measured(tenants=1)
    lists = {name: len(told[name]) for name in told if isinstance(told[name], list)}
    assert lists == {
        "close_month_100_meters": 1, "close_month_100_meters_by_rule": 1, "year": 1, "pdf": 0,
        "pdf_of_a_year": 0, "verification_of_a_year": 0, "schema": 0,
    }  # fmt: skip
    assert told["closed"] > 0
    assert told["linear"] > 0
