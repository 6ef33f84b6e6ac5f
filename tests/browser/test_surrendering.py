"""A year's report becomes an obligation by two regulators' clicks; two of the enterprise surrender for it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any


def mint_last_year(site: Any) -> None:
    """By programs: the power plant's small works has a minted report of the last year."""
    from operations import key_files
    from operations.demo import surrender
    from operations.demo.cast import POWER
    from operations.demo.client import Client
    from operations.demo.narrator import Narrator
    from operations.demo.people import People

    from tests.browser.conftest import fresh_code

    cast = People()
    auditors = (f"auditor-{role}" for role in ("lead", "inspector", "reviewer", "approver"))
    for slug in ("admin", "regulator1", "power-head", *auditors):
        row = site.people[slug]
        client = Client(base_url=site.url, email=row["email"], password=row["password"], totp=row["totp"])
        client.key = key_files.load(Path(row["key"]))
        client.sign_in(fresh_code(row["totp"]))
        cast.by_slug[slug] = client
    surrender.mint_year(cast, Narrator(quiet=True), house=POWER)


def with_key(as_person: Callable[..., Any], slug: str) -> Any:
    person = as_person(slug)
    person.load_key()
    return person


def obligation(person: Any) -> dict[str, Any]:
    """The newest obligation, from the interface."""
    answer = person.context.request.get(f"{person.site.url}/api/v1/obligations/")
    found: dict[str, Any] = json.loads(answer.text())["results"][0]
    return found


def test_a_minted_year_is_owed_and_surrendered(as_person: Callable[..., Any], site: Any) -> None:
    mint_last_year(site)
    owed_and_surrendered(as_person, house="power")


def owed_and_surrendered(as_person: Callable[..., Any], *, house: str) -> None:
    first, second = with_key(as_person, "regulator1"), with_key(as_person, "regulator2")
    first.go("/obligations").get_by_role("button", name="核定").click()
    first.page.get_by_role("dialog").get_by_text("总量与链上根一致").wait_for()
    first.sign()
    first.page.get_by_text("等待另一名监管人员复核").wait_for()
    assert first.page.get_by_role("button", name="核定").count() == 0, "nobody confirms her own proposal"
    second.go("/obligations").get_by_role("button", name="复核").click()
    second.page.get_by_role("dialog").get_by_text("总量与链上根一致").wait_for()
    second.sign()
    second.page.get_by_text("没有待核定的年度报告").wait_for()
    surrendered(as_person, house=house)


def surrendered(as_person: Callable[..., Any], *, house: str) -> None:
    trader, head = with_key(as_person, f"{house}-trader"), with_key(as_person, f"{house}-head")
    due_t = int(obligation(trader)["due_t"])
    assert due_t > 0
    page = trader.go("/compliance")
    page.get_by_text("年度尚未足额清缴").wait_for()
    page.get_by_label(re.compile("清缴数量")).fill("0")
    page.get_by_role("button", name="清缴", exact=True).click()
    page.get_by_text("请输入整数吨").wait_for()
    assert page.get_by_role("dialog").count() == 0, "nothing is signed for no tonnes"
    page.get_by_label(re.compile("清缴数量")).fill(str(due_t))
    page.get_by_role("button", name="清缴", exact=True).click()
    trader.sign()
    assert page.get_by_role("button", name="复核").count() == 0, "a second person confirms"
    head.go("/compliance").get_by_role("button", name="复核").click()
    head.sign()
    head.page.get_by_text("年度已足额清缴").wait_for()
    found = obligation(head)
    assert (int(found["surrendered_t"]), found["state"]) == (due_t, "met")
