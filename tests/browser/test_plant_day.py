"""The plant's day: its equation is read from the page, adds up, and is what hours and interface say."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

PLANT = "jiangbei"
TERMS = ("issued", "stored", "quarantined", "refused", "missing")


def told(person: Any, path: str, **query: str) -> Any:
    answer = person.context.request.get(f"{person.site.url}/api/v1/{path}", params=query)
    assert answer.ok, answer.text()
    return answer.json()


def equation(page: Any) -> dict[str, int]:
    """The terms that the page shows, each a whole number of readings."""
    shown = page.locator('[data-testid="equation"]')
    shown.wait_for()
    found = re.findall(r"\d+", shown.inner_text())
    assert len(found) == len(TERMS), shown.inner_text()
    return dict(zip(TERMS, map(int, found), strict=True))


def on_day(person: Any, day: str) -> Any:
    page = person.go("/day")
    here = page.get_by_role("button", name="江北热电厂", exact=True)
    page.locator("h1").wait_for()
    if here.count():  # one plant needs no choice; other walks add plants
        here.click()
    page.locator('input[type="date"]').fill(day)
    page.locator("table.hours button").first.wait_for()
    return page


def day_of_story(person: Any) -> str:
    periods = told(person, "periods/")["results"]
    months = [row["period"] for row in periods if (row["plant"], row["state"]) == (PLANT, "minted")]
    return f"{max(month for month in months if len(month) == len('2026-02'))}-04"


def test_a_days_terms_add_up_and_are_the_readings_and_the_consumption_of_its_hours(
    as_person: Callable[..., Any],
) -> None:
    """All in whole numbers: readings, and least counts of each meter."""
    person = as_person("power-operator")
    day = day_of_story(person)
    page = on_day(person, day)
    terms = equation(page)
    assert terms["issued"] == sum(terms[name] for name in TERMS[1:]) > 0
    page.get_by_text("平衡", exact=True).wait_for()
    interface = told(person, f"plants/{PLANT}/today/", day=day)
    assert terms == {name: interface[name] for name in TERMS}
    stretch = {"from": f"{day}T00:00:00+08:00", "to": f"{day[:-2]}05T00:00:00+08:00"}
    readings = 0
    meters = told(person, "meters/", plant=PLANT, limit="200")["results"]
    for meter in meters:
        hours = told(person, f"meters/{meter['id']}/hours/", **stretch)["results"]
        readings += sum(hour["readings"] for hour in hours)
        used = sum((Decimal(hour["quantity"]) for hour in hours), Decimal(0))
        row = page.locator("table.hours tbody tr").filter(has_text=meter["name_zh"])
        assert row.count() == 1
        if not hours:  # other walks add meters, which had nothing to say on that day
            assert row.locator("td.right").inner_text().startswith("—")
            continue
        assert figure(row.locator("td.right")) == used
        counts = used / Decimal(meter["least_count"])
        assert counts == int(counts), "an hour is whole least counts"
        cells = row.locator("button").all()
        assert len(cells) == len(hours) == 24
        cells[5].click()
        words = page.locator('[data-testid="hour"]').inner_text()
        assert meter["name_zh"] in words
        assert f"5:00–6:00，{hours[5]['quantity']} " in words
    assert readings == terms["stored"], "each stored reading is in one hour"


def test_a_running_days_terms_add_up_too(as_person: Callable[..., Any]) -> None:
    """Or it says why it cannot: a device without sequences, which other walks add, cannot be counted."""
    person = as_person("power-operator")
    page = person.go("/day")
    shown = page.locator('[data-testid="equation"]')
    shown.wait_for()
    if "—" in shown.inner_text():
        page.get_by_text("签发数未知").wait_for()
        today = told(person, f"plants/{PLANT}/today/")
        assert (today["issued"], today["missing"]) == (None, None)
        return
    terms = equation(page)
    assert terms["issued"] == sum(terms[name] for name in TERMS[1:])


def figure(cell: Any) -> Decimal:
    """The number of a cell without its unit."""
    return Decimal(re.match(r"[\d,.]+", cell.inner_text())[0].replace(",", ""))  # type: ignore[index]
