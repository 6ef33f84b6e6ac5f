"""A month of every guideline walked from entry to its minted report: typed, imported, signed by clicks.

Plant and model are made by programs, and so is the chain's part, which `test_journey` walks by clicks once.
`WALK=<folder>` keeps a picture of each page and the reports' PDFs, to be looked at.
"""

import csv
import io
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.accounting.cases import all_cases

# One of each guideline, and a second of chemicals for its carbonates.
CASES = ("P2", "P4a", "G1", "S1", "C1", "A1", "A24-1", "MG-1", "FG-1", "CE-1", "CK-1", "TC-1", "AV-1")
AUDITORS = ("auditor-lead", "auditor-inspector", "auditor-reviewer", "auditor-approver")
# A default that goes by the plant's abatement device is named by whoever has one.
OF_A_DEVICE = {"removal", "utilisation"}
PDF = b"%PDF-1.7\n1 0 obj\n<</Note (ledger of {0})>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PRINTED_WITHIN_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The people as programs, the month of the walk, and where pictures go, if anywhere."""

    people: Any
    head: Any
    month: str
    folder: Path | None


@pytest.fixture(scope="module")
def walk(site: Any) -> Walk:
    """The power plant's people as programs; the draw of the demo's month is open."""
    from operations.demo import verifying
    from operations.demo.narrator import Narrator

    cast = as_programs(site, "admin", "regulator1", "power-head", *AUDITORS)
    head = cast.by_slug["power-head"]
    month = max(row["period"] for row in head.rows("/periods/") if len(row["period"]) == len("2026-06"))
    verifying.open_draw(cast, Narrator(quiet=True), month)
    folder = os.environ.get("WALK")
    return Walk(people=cast, head=head, month=month, folder=Path(folder) if folder else None)


def as_programs(site: Any, *slugs: str) -> Any:
    """People of the site as the demo's programs act for them, signed in, each with the key."""
    from operations import key_files
    from operations.demo.client import Client
    from operations.demo.people import People

    cast = People()
    for slug in slugs:
        row = site.people[slug]
        client = Client(base_url=site.url, email=row["email"], password=row["password"], totp=row["totp"])
        client.key = key_files.load(Path(row["key"]))
        signed_in(client, row["totp"])
        cast.by_slug[slug] = client
    return cast


def signed_in(client: Any, totp: str) -> None:
    """Password and code; again with the next code when this one ended on its way."""
    from operations.demo.client import DemoFailed

    from tests.browser.conftest import fresh_code

    for _ in range(4):
        try:
            client.sign_in(fresh_code(totp))
        except DemoFailed as failure:
            if failure.refusal != "second_factor_wrong":
                raise
        else:
            return
    raise AssertionError(f"{client.email} cannot sign in")


# One guideline walks with every run of the browser tests; all of them with `-m "browser"`, a minute each.
OFTEN = "MG-1"


@pytest.mark.parametrize(
    "case_id", [each if each == OFTEN else pytest.param(each, marks=pytest.mark.slow) for each in CASES]
)
def test_a_month_is_entered_checked_signed_verified_and_minted(
    walk: Walk, as_person: Callable[..., Any], tmp_path: Path, case_id: str
) -> None:
    case = next(one for one in all_cases() if one["id"] == case_id)
    plant, period = prepared(walk, case)
    person = as_person("power-head")
    person.load_key()
    page = person.go(f"/accounting/{period}")
    enter_one(page, case["input"]["streams"][0])
    import_all(page, case["input"], tmp_path / f"{case_id}.csv")
    shown = three_places(case["expected"]["total_tco2e"])
    page.locator(".card-head strong .num").first.get_by_text(shown).wait_for()
    keep(walk, page, f"{case_id}-1-entered")
    answer_all(page)
    page.get_by_role("button", name=re.compile("预检")).click()
    page.get_by_role("button", name=re.compile("签署并提交")).first.click()
    person.sign()
    page.get_by_text("已提交").first.wait_for()
    report = verified(walk, plant, period, walk.month)
    page.goto(f"{person.site.url}/app/reports/{report}")
    page.get_by_text("已铸造").first.wait_for()
    page.get_by_text(shown).first.wait_for()
    keep(walk, page, f"{case_id}-2-minted")
    for language in ("zh", "en"):
        content = printed(walk, f"/reports/{report}/pdf/", language)
        assert total_in_print(content) == Decimal(case["expected"]["total_tco2e"])
        if walk.folder:
            (walk.folder / f"{case_id}-{language}.pdf").write_bytes(content)


def prepared(walk: Walk, case: dict[str, Any]) -> tuple[str, str]:
    """Plant, model, open period and a file, by programs; plant and period's id."""
    from lexicon.terms import Sector

    from accounting.domain.registry import guidelines

    data = case["input"]
    plant = f"w-{case['id'].lower()}-{int(time.time()) % 100000}"
    sector = Sector(guidelines()[data["guideline"]].sector)
    names = {"name_zh": f"{sector.zh}示范厂", "name_en": f"{sector.en} works"}
    region = data.get("region") or "华北"
    walk.head.post("/plants/", {"id": plant, "sector": sector.value, "region": region, **names})
    walk.head.put(f"/plant-models/{plant}/", model_of(data))
    period = str(walk.head.post("/periods/", {"plant": plant, "period": walk.month})["id"])
    fields = {"title": "台账", "kind": "invoice", "period": period}
    content = PDF.replace(b"{0}", plant.encode())
    walk.head.upload("/evidence/", fields, {"file": ("ledger.pdf", content, "application/pdf")})
    return plant, period


def model_of(data: dict[str, Any]) -> dict[str, Any]:
    streams = [
        {
            "slug": stream["id"],
            "kind": stream["kind"],
            "item": stream["item"],
            "variant": stream.get("variant", ""),
            "unit": (stream.get("quantity") or stream["balance"])["unit"],
            "name_zh": f"排放源 {stream['id']}",
            "name_en": f"Stream {stream['id']}",
        }
        for stream in data["streams"]
    ]
    return {
        "guideline": data["guideline"],
        "region": data.get("region", ""),
        "factor_sets": data["factor_sets"],
        "streams": streams,
    }


def values_of(data: dict[str, Any]) -> list[tuple[str, str, str, str, str]]:
    """Stream, name, text, unit and origin of all that a person types."""
    typed = []
    for stream in data["streams"]:
        activity = stream.get("quantity") or stream["balance"]
        for field in sorted(set(activity) - {"unit"}):
            name = "quantity" if "quantity" in stream else f"balance.{field}"
            typed.append((stream["id"], name, activity[field], activity["unit"], "supplier"))
        for name, value in stream["parameters"].items():
            if value["source"] != "default" or name in OF_A_DEVICE:
                typed.append((stream["id"], name, value["value"], value["unit"], value["source"]))
    return typed


def enter_one(page: Any, stream: dict[str, Any]) -> None:
    """The first stream's activity, typed into its form."""
    page.get_by_role("button", name=re.compile(f"排放源 {stream['id']}")).first.click()
    card = page.get_by_role("region", name="录入值")
    activity = stream.get("quantity") or stream["balance"]
    field = next(name for name in sorted(activity) if name != "unit")
    name = "quantity" if "quantity" in stream else f"balance.{field}"
    selects = card.locator("form select")
    selects.nth(0).select_option(name)
    card.locator('form input[inputmode="decimal"]').fill(activity[field])
    selects.nth(1).select_option(activity["unit"])
    card.get_by_role("button", name="保存", exact=True).click()
    card.locator("tbody tr").first.wait_for()


def import_all(page: Any, data: dict[str, Any], path: Path) -> None:
    """Every value by a sheet: a trial first, then kept, with the ledger as their evidence."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("stream", "name", "value", "unit", "origin"))
    writer.writerows(values_of(data))
    path.write_text(sheet.getvalue(), encoding="utf-8")
    card = page.get_by_role("region", name="表格导入")
    card.locator("select").first.select_option(label="台账")
    card.locator('input[type="file"]').set_input_files(str(path))
    card.get_by_role("button", name=re.compile("保存这")).click()
    card.get_by_text(re.compile("已保存")).first.wait_for()


def answer_all(page: Any) -> None:
    """A word to each remark that wants one."""
    card = page.get_by_role("region", name="预检", exact=True)
    forms = card.locator("form")
    while (waiting := forms.count()) > 0:
        forms.first.locator("input").fill("按台账核对无误")
        forms.first.locator("button").click()
        page.wait_for_function(
            "([css, n]) => document.querySelectorAll(css).length < n", arg=[".remark form", waiting]
        )


def verified(walk: Walk, plant: str, period: str, of: str) -> str:
    """The chain's part by programs for a month or year; the report's id."""
    from operations.demo import verifying
    from operations.demo.cast import POWER
    from operations.demo.narrator import Narrator
    from operations.demo.reporting import Submitted

    shown = walk.head.get(f"/periods/{period}/")
    statement = Submitted(
        house=POWER,
        plant=plant,
        period=of,
        period_id=period,
        account=str(walk.head.me["account"]),
        version=int(shown["version"]),
        total_tco2=str(shown["total_tco2"]),
        digest=str(shown["submission"]["digest"]),
        tx_id=str(shown["submission"]["tx_id"]),
    )
    return str(verifying.verify(walk.people, Narrator(quiet=True), statement).report_id)


def printed(walk: Walk, path: str, language: str) -> bytes:
    """A file that the task worker makes after the mint."""
    from operations.demo.client import DemoFailed

    end = time.monotonic() + PRINTED_WITHIN_S
    while True:
        try:
            found: bytes = walk.head.content(path, lang=language)
            if found.startswith(b"%PDF"):
                return found
        except DemoFailed:
            if time.monotonic() > end:
                raise
        assert time.monotonic() < end, "no PDF was made"
        time.sleep(1)


def total_in_print(content: bytes) -> Decimal:
    """The total of a PDF's data, every amount of which must stand on its pages."""
    from accounting.paper import open_paper, pages_show, read_paper

    paper = read_paper(content)
    opened = open_paper(paper.content)
    assert pages_show(opened, paper.text or "").holds
    return Decimal(str(opened.content["total"]["tco2e"]))


def keep(walk: Walk, page: Any, name: str) -> None:
    if walk.folder:
        page.screenshot(path=str(walk.folder / f"{name}.png"), full_page=True)


def three_places(tonnes: str) -> str:
    """As pages show tonnes of a month."""
    return f"{Decimal(tonnes).quantize(Decimal('0.001'), ROUND_HALF_UP):,}"


def test_the_cases_are_of_every_guideline() -> None:
    from accounting.domain.registry import guidelines

    used = {one["input"]["guideline"] for one in all_cases() if one["id"] in CASES}
    assert used == set(guidelines())
