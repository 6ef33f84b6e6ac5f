"""A default that nobody compared with the printed text says so: on the model's page and in the report."""

from collections.abc import Callable
from typing import Any

from tests.browser.test_plant_day import told

MARK = {"zh": "尚未与原文核对", "en": "not yet compared with the printed text"}


def test_the_models_trial_marks_each_default_as_its_factor_set_does(as_person: Callable[..., Any]) -> None:
    """A trial by the month's meters: a pill at each unverified default, none at a verified one."""
    person = as_person("cement-head")
    periods = told(person, "periods/")["results"]
    month = max(row["period"] for row in periods if len(row["period"]) == len("2026-02"))
    page = person.go("/model/qingfeng")
    form = page.locator("form").filter(has=page.locator('input[type="month"]'))
    form.locator("input").fill(month)
    with page.expect_response(lambda answer: "/trial/" in answer.url) as answered:
        form.get_by_role("button").click()
    factors = answered.value.json()["factors"]
    assert any(not factor["default"]["verified"] for factor in factors)
    rows = page.get_by_role("region", name="自有因子与缺省值对比").locator("tbody tr")
    assert rows.count() == len(factors)
    for row, factor in zip(rows.all(), factors, strict=True):
        pills = row.locator(".pill").filter(has_text="未核对").count()
        assert pills == (0 if factor["default"]["verified"] else 1), factor


def test_the_reports_page_marks_what_its_content_says_is_unverified(as_person: Callable[..., Any]) -> None:
    person = as_person("cement-head")
    reports = told(person, "reports/")["results"]
    report = next(row for row in reports if (row["plant"], row["state"]) == ("qingfeng", "minted"))
    for language, words in MARK.items():
        page = person.page
        page.goto(f"{person.site.url}/api/v1/reports/{report['id']}/html/?lang={language}")
        marked = page.locator("table tbody tr").filter(has_text=words)
        assert marked.count() > 0
        assert page.locator("table tbody tr").count() > marked.count(), "not everything is marked"
