"""A year made of two months: opened, read beside its months, signed by clicks, minted, both prints looked at.

Plant, model, months and the chain's part are made by programs; `WALK=<folder>` keeps pictures and PDFs.
"""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.browser.test_walk_every_sector import (  # noqa: F401  (the fixture)
    PDF,
    Walk,
    answer_all,
    keep,
    printed,
    three_places,
    total_in_print,
    verified,
    walk,
)

MONTHS_MWH = {"11": "3120.500", "12": "2988.250"}
STREAM = {"slug": "grid", "kind": "electricity", "item": "grid", "unit": "MWh", "name_zh": "外购电力", "name_en": "Purchased power"}  # fmt: skip  # noqa: E501


@pytest.mark.slow
def test_a_year_is_opened_from_its_months_signed_and_minted(
    walk: Walk,  # noqa: F811
    as_person: Callable[..., Any],
) -> None:
    from operations.demo import verifying
    from operations.demo.calendar import last_year
    from operations.demo.narrator import Narrator

    year, plant = last_year(), f"y-{int(time.time()) % 100000}"
    months = [month_of(walk, plant, f"{year}-{number}", mwh) for number, mwh in MONTHS_MWH.items()]
    verifying.open_draw(walk.people, Narrator(quiet=True), year)
    person = as_person("power-head")
    person.load_key()
    page = person.go("/accounting")
    page.get_by_label("厂区").select_option(plant)
    page.get_by_label("种类").select_option("year")
    page.locator('input[name="year"]').fill(year)
    page.get_by_role("button", name="新建核算期").click()
    shown = three_places(str(sum(months, Decimal(0))))
    page.locator(".card-head strong .num").first.get_by_text(shown).wait_for()
    keep(walk, page, "year-1-opened")
    answer_all(page)
    page.get_by_role("button", name=re.compile("预检")).click()
    page.get_by_role("button", name=re.compile("签署并提交")).first.click()
    person.sign()
    page.get_by_text("已提交").first.wait_for()
    keep(walk, page, "year-2-submitted")
    report = verified(walk, plant, page.url.rsplit("/", 1)[1], year)
    page.goto(f"{person.site.url}/app/reports/{report}")
    page.get_by_text("已铸造").first.wait_for()
    page.get_by_text(shown).first.wait_for()
    keep(walk, page, "year-3-minted")
    for language in ("zh", "en"):
        content = printed(walk, f"/reports/{report}/pdf/", language)
        assert three_places(str(total_in_print(content))) == shown
        if walk.folder:
            (walk.folder / f"year-{language}.pdf").write_bytes(content)


def month_of(walk: Walk, plant: str, month: str, mwh: str) -> Decimal:  # noqa: F811
    """A month of the plant, submitted by its head; its tonnes."""
    return Decimal(submitted_month(walk, plant, month, mwh).total_tco2)


def submitted_month(walk: Walk, plant: str, month: str, mwh: str) -> Any:  # noqa: F811
    """The same; what was submitted."""
    from operations.demo import reporting
    from operations.demo.cast import POWER
    from operations.demo.narrator import Narrator

    if not any(one["id"] == plant for one in walk.head.rows("/plants/")):
        named = {"name_zh": "年度示范厂", "name_en": "Works of a year"}
        walk.head.post("/plants/", {"id": plant, "sector": "power", "region": "华北", **named})
        model = {"guideline": "ndrc-2013-power", "region": "north", "streams": [STREAM]}
        walk.head.put(f"/plant-models/{plant}/", model)
    period = str(walk.head.post("/periods/", {"plant": plant, "period": month})["id"])
    fields = {"title": f"{month} 电费结算单", "kind": "invoice", "period": period}
    content = PDF.replace(b"{0}", f"{plant} {month}".encode())
    bill = walk.head.upload("/evidence/", fields, {"file": ("bill.pdf", content, "application/pdf")})["id"]
    typed = {"stream": "grid", "name": "quantity", "text": mwh, "unit": "MWh", "origin": "measured"}
    values = [typed | {"note": "供电局结算单", "evidence": [str(bill)]}]
    shown = walk.head.post(f"/periods/{period}/activity/", {"values": values})
    return reporting.submit(walk.people, Narrator(quiet=True), house=POWER, period=shown)
