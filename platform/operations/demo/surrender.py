"""Chapter 7: a year's report, the obligation that two regulators make of it, allowances surrendered for it.

A year that is over lies before the demo's meters: a small plant's one month of work, its power entered by
hand with the bill as evidence. So it also shows a statement that no meter stands behind.
"""

from __future__ import annotations

from lexicon.terms import Role

from operations.demo import papers, reporting, verifying
from operations.demo.calendar import last_year
from operations.demo.cast import CEMENT, POWER, REGULATORS, House
from operations.demo.client import Client, DemoFailed, Json
from operations.demo.narrator import Narrator
from operations.demo.people import People
from operations.demo.reporting import Submitted
from operations.demo.verifying import Minted

# A plant of each enterprise that only buys power.
PLANTS = {
    CEMENT.slug: {
        "id": "qingfeng-mill",
        "name_zh": "青峰粉磨站",
        "name_en": "Qingfeng grinding station",
        "sector": "cement",
        "region": "anhui",
    },
    POWER.slug: {
        "id": "jiangbei-works",
        "name_zh": "江北检修车间",
        "name_en": "Jiangbei repair works",
        "sector": "power",
        "region": "jiangsu",
    },
}
# Guideline, and the region whose grid factor it takes.
MODELS = {CEMENT.slug: ("ndrc-2013-cement", "anhui"), POWER.slug: ("ndrc-2013-power", "east")}
STREAM = {
    "slug": "grid",
    "kind": "electricity",
    "item": "grid",
    "name_zh": "下网电量",
    "name_en": "Purchased power",
    "unit": "MWh",
    "meters": {},
}
POWER_MWH = "3120.500"
HALF_TONNE_G, TONNE_G = 500_000, 1_000_000


def mint_year(people: People, narrator: Narrator, *, house: House) -> Minted:
    """The small plant's last year, from the bill to the minted report. Raises DemoFailed."""
    year, head, plant = last_year(), people.in_house(house, Role.HEAD), PLANTS[house.slug]
    month = f"{year}-12"
    head.post("/plants/", plant)
    guideline, region = MODELS[house.slug]
    model = {"guideline": guideline, "region": region, "streams": [STREAM]}
    head.put(f"/plant-models/{plant['id']}/", model)
    period = head.post("/periods/", {"plant": plant["id"], "period": month})
    bill = _bill(head, house, str(period["id"]), month)
    typed = {"stream": "grid", "name": "quantity", "text": POWER_MWH, "unit": "MWh", "origin": "measured"}
    value = {**typed, "note": "供电局结算单", "evidence": [bill]}
    period = head.post(f"/periods/{period['id']}/activity/", {"values": [value]})
    _verified(people, narrator, reporting.submit(people, narrator, house=house, period=period))
    period = head.post("/periods/", {"plant": plant["id"], "period": year})
    return _verified(people, narrator, reporting.submit(people, narrator, house=house, period=period))


def owe(people: People, narrator: Narrator, minted: Minted) -> int:
    """Two regulators, one after the other, make it an obligation; what is due in t. Raises DemoFailed."""
    statement, (first, second) = minted.statement, map(people.of, REGULATORS)
    house = statement.house
    place = {"account": statement.account, "plant": statement.plant, "period": statement.period}
    draft = first.get("/obligations/drafts/", **place, version=str(statement.version))
    first.signed("/obligations/proposals/", draft["name"], draft["args"])
    path = f"/actions/{draft['args']['action']}/"
    fact = second.get(path)["signing"]
    second.signed(f"{path}confirmation/", fact["name"], fact["args"])
    grams = int(draft["args"]["act_args"]["opening"]["value"])
    due_t = (grams + HALF_TONNE_G) // TONNE_G
    owed = _owed(people.in_house(house, Role.HEAD), statement.period)
    narrator.check(f"{house.name} owes for {statement.period}, t", found=owed["due_t"], expected=due_t)
    return due_t


def surrender(people: People, narrator: Narrator, *, house: House, year: str, due_t: int) -> str:
    """The trader sets the allowances aside, the head gives them up; the transaction. Raises DemoFailed."""
    trader, head = people.in_house(house, Role.TRADER), people.in_house(house, Role.HEAD)
    wish = trader.get("/assets/inputs/", action="surrender", year=year, quantity=str(due_t))
    trader.signed("/surrenders/", wish["name"], wish["args"])
    name = str(wish["args"]["surrender"])
    row = head.signed(f"/surrenders/{name}/confirmation/", "confirm_surrender", {"surrender": name})
    narrator.line(
        f"{house.name} surrendered {due_t} t, two persons: tx {row['tx_id']}, block {row['block_number']}"
    )
    owed = _owed(head, year)
    narrator.check(f"{house.name} has surrendered, t", found=owed["surrendered_t"], expected=due_t)
    return str(row["tx_id"])


def _verified(people: People, narrator: Narrator, statement: Submitted) -> Minted:
    verifying.open_draw(people, narrator, statement.period)
    return verifying.verify(people, narrator, statement)


def _bill(head: Client, house: House, period: str, month: str) -> str:
    fields = {"title": f"{month} 电费结算单", "kind": "invoice", "period": period, "stream": "grid"}
    content = papers.page(
        f"Electricity bill {month}",
        f"Invoice number: D{month.replace('-', '')}",
        "Supplier: demo grid company",
        f"Customer: {house.usci}",
        "Goods: electricity",
        f"Quantity: {POWER_MWH} MWh",
        "Amount: 1,716,275.00 CNY",
        f"Invoice date: {month}-28",
    )
    answer = head.upload("/evidence/", fields, {"file": ("bill.pdf", content, "application/pdf")})
    return str(answer["id"])


def _owed(head: Client, year: str) -> Json:
    for row in head.rows("/obligations/"):
        if str(row["year"]) == year:
            return {name: int(row[name]) for name in ("due_t", "surrendered_t")}
    raise DemoFailed(f"no obligation for {year}")
