"""Chapter 4: a month from metered quantities to a statement with evidence that its head has signed."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lexicon.terms import Role

from operations.demo import papers
from operations.demo.cast import House
from operations.demo.client import Client, DemoFailed, Json, rows_in
from operations.demo.narrator import Narrator
from operations.demo.people import People
from operations.demo.plant import PlantFile

ANCHORED_WITHIN_S = 120.0
LABORATORY = "示例煤质检测中心"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A statement that the ledger has; total_tco2 with 6 decimals."""

    house: House
    plant: str
    period: str
    period_id: str
    account: str
    version: int
    total_tco2: str
    digest: str
    tx_id: str

    @property
    def case(self) -> str:
        """The name of its verification case."""
        return f"{self.account}~{self.plant}~{self.period}~{self.version}"


def report_month(
    people: People, narrator: Narrator, *, house: House, plant: PlantFile, month: str
) -> Submitted:
    """The month of a plant, computed, supported by evidence and submitted. Raises DemoFailed."""
    head = people.in_house(house, Role.HEAD)
    head.put(
        f"/plant-models/{plant.id}/",
        {
            "guideline": plant.accounting["guideline"],
            "region": plant.accounting["region"],
            "streams": plant.streams(),
        },
    )
    _introduce(head, plant)
    if laws := plant.accounting.get("witnesses"):
        head.put(f"/plant-models/{plant.id}/witnesses/", {"laws": laws})
    period = head.post("/periods/", {"plant": plant.id, "period": month})
    period_id = str(period["id"])
    evidence = _upload(head, period_id, house, month, plant.accounting["month_values"])
    values = [{**value, "evidence": [evidence]} for value in plant.accounting["month_values"]]
    period = head.post(f"/periods/{period_id}/activity/", {"values": values})
    return submit(people, narrator, house=house, period=period)


def _introduce(head: Client, plant: PlantFile) -> None:
    """Who the enterprise is and where it works, as the first chapter of its reports asks."""
    for owner, facts in (("", "entity"), (plant.id, "site")):
        head.put("/entity/", {"plant": owner, "facts": plant.accounting[facts]})
    _equip(head, plant)


def _equip(head: Client, plant: PlantFile) -> None:
    """Equipment of each source stream, and the devices of the meters that measure it."""
    path, said = f"/plant-models/{plant.id}/equipment/", plant.accounting["equipment"]
    for stream in plant.streams():
        told = said[stream["slug"]]
        facts = {name: text for name, text in told.items() if name != "device"}
        head.put(path, {"of": "stream", "owner": stream["slug"], "facts": facts})
        for meter in stream["meters"]["quantity"]:
            head.put(path, {"of": "meter", "owner": meter, "facts": told["device"]})


def submit(people: People, narrator: Narrator, *, house: House, period: Json) -> Submitted:
    """A computed month or year: remarks answered, made ready, signed by the head. Raises DemoFailed."""
    head, period_id = people.in_house(house, Role.HEAD), str(period["id"])
    _answer(head, period_id, period)
    period = head.post(f"/periods/{period_id}/readiness/", {})
    _tell(narrator, house, period)
    return _submit(head, narrator, house, period)


def _upload(head: Client, period_id: str, house: House, month: str, values: Sequence[Json]) -> str:
    """A laboratory report with dates in their order, for the month's typed values."""
    first = datetime.date.fromisoformat(f"{month}-01")
    fields = {
        "title": f"{month} 月度检测报告",
        "kind": "lab_report",
        "period": period_id,
        "laboratory": LABORATORY,
        "accreditation": "CNAS L0000",
        "sampled_on": str(first + datetime.timedelta(days=24)),
        "received_on": str(first + datetime.timedelta(days=25)),
        "tested_on": str(first + datetime.timedelta(days=26)),
        "reported_on": str(first + datetime.timedelta(days=27)),
    }
    days = {name.removesuffix("_on"): day for name, day in fields.items() if name.endswith("_on")}
    content = papers.page(
        f"Laboratory report {month}",
        f"Laboratory: demo laboratory   {fields['accreditation']}",
        f"Client: {house.usci}",
        *(f"{name.capitalize()} on: {day}" for name, day in days.items()),
        "Method: GB/T 213-2008, GB/T 476-2008, GB/T 176-2017",
        "Basis: as received and air-dried",
        *dict.fromkeys(_tested(value) for value in values),
    )
    answer = head.upload("/evidence/", fields, {"file": ("lab-report.pdf", content, "application/pdf")})
    return str(answer["id"])


def _tested(value: Json) -> str:
    """A tested value as a laboratory prints it."""
    name, unit = str(value["name"]), str(value["unit"])
    shown = {"carbon_ad": "Carbon Cad", "moisture_ad": "Mad", "moisture_ar": "Total moisture Mt"}
    oxide, mark, _ = name.partition("_noncarbonate")
    plain = name.upper() if name == "ncv" else oxide.replace("cao", "CaO").replace("mgo", "MgO")
    label = shown.get(name, f"Non-carbonate {plain}" if mark else plain)
    return f"{label}: {value['text']}" + ("" if unit == "1" else f" {unit}")


def _answer(head: Client, period_id: str, period: Json) -> None:
    """A word to every remark that asks for one."""
    for remark in rows_in(period, "remarks"):
        if remark.get("needs_answer") and not remark.get("answer"):
            body = {
                "remark": remark["name"],
                "stream": remark.get("stream", ""),
                "text": "已核对：本期为首个核算期",
            }
            head.post(f"/periods/{period_id}/answers/", body)


def _tell(narrator: Narrator, house: House, period: Json) -> None:
    lines = ", ".join(
        f"{line.get('stream', '')} {line.get('tco2e', '')}" for line in rows_in(period, "lines")
    )
    narrator.line(f"{house.name} {period['period']}: {period['total_tco2']} tCO2 ({lines})")


def _submit(head: Client, narrator: Narrator, house: House, period: Json) -> Submitted:
    period_id = str(period["id"])
    signing = _signing(head, period_id)
    row = head.signed(f"/periods/{period_id}/submission/", str(signing["name"]), signing["args"])
    shows: dict[str, Any] = signing["shows"]
    if _tonnes(shows["total_g"]) != period["total_tco2"]:
        raise DemoFailed(f"the statement says {period['total_tco2']}, the signed text {shows['total_g']} g")
    narrator.line(
        f"{house.name} submitted, signed by its head: tx {row['tx_id']}, block {row['block_number']}"
    )
    return Submitted(
        house=house,
        plant=str(period["plant"]),
        period=str(period["period"]),
        period_id=period_id,
        account=str(head.me["account"]),
        version=int(shows["version"]),
        total_tco2=str(period["total_tco2"]),
        digest=str(shows["digest"]),
        tx_id=str(row["tx_id"]),
    )


def _signing(head: Client, period_id: str) -> Json:
    """What the head signs; the days of the month may still be on their way to the ledger."""
    end = time.monotonic() + ANCHORED_WITHIN_S
    while True:
        try:
            return head.get(f"/periods/{period_id}/signing/")
        except DemoFailed as failure:
            if failure.refusal != "anchors_pending" or time.monotonic() > end:
                raise
        time.sleep(0.5)


def _tonnes(grams: str) -> str:
    """Grams as tonnes with 6 decimals, by moving the point."""
    padded = grams.zfill(7)
    return f"{padded[:-6]}.{padded[-6:]}"
