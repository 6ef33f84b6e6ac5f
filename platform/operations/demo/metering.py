"""Chapters 2 and 3: plants, gateways and meters registered on the ledger, and a month of readings by MQTT."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from lexicon.terms import Role
from tanheng.env import REPOSITORY

from operations.demo.calendar import SHANGHAI, days_of
from operations.demo.cast import House
from operations.demo.client import Client, DemoFailed, Json
from operations.demo.narrator import Narrator
from operations.demo.people import People
from operations.demo.plant import PlantFile
from operations.site import Site
from operations.supervisor.child import dies_with_parent

# Meters may send from before today: the month played may be the newest of 28 days. Ingest takes 400 days.
VALID_DAYS = 395
# Of the plants' certificates; they must not end while somebody tries the demo.
CERTIFIED_DAYS = 4 * 365
INTERVAL_S = 900
HOURS_WITHIN_S = 120.0
POLL_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A plant's gateway with its sign-in at the broker; state: where the simulated plant keeps its own."""

    house: House
    plant: PlantFile
    username: str
    password_file: Path
    state: Path


def equip(site: Site, people: People, narrator: Narrator, *, house: House, plant: PlantFile) -> Gateway:
    """The plant with its gateway and meters, each meter registered on the ledger by a signed intent."""
    keeper = people.in_house(house, Role.HEAD)
    state = site.home / "simulated" / house.slug
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    public = _simulator_key(site, plant, state)
    keeper.post("/plants/", _plant_body(plant))
    identity = {"algorithm": public["algorithm"], "spki": public["spki"]}
    made = keeper.post("/gateways/", {"id": f"{house.slug}-gw", "name": f"{house.name} 网关", **identity})
    password_file = state / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(str(made["password"]), encoding="utf-8")
    _register_meters(keeper, plant, gateway=f"{house.slug}-gw")
    _register_calibrations(keeper, plant)
    narrator.line(
        f"{house.name}: gateway {made['username']}, {len(plant.meters)} meters, each calibrated, signed "
        "and on the ledger"
    )
    return Gateway(
        house=house, plant=plant, username=str(made["username"]), password_file=password_file, state=state
    )


def publish_month(
    site: Site, people: People, narrator: Narrator, gateways: Sequence[Gateway], *, month: str
) -> int:
    """The month of all plants by simulators of their own; readings stored and sums checked. How many."""
    running = [_simulate(site, gateway, "month", "--month", month) for gateway in gateways]
    published = 0
    for gateway, process in zip(gateways, running, strict=True):
        out, err = process.communicate()
        if process.returncode:
            raise DemoFailed(
                f"the simulator of {gateway.plant.id} ended with {process.returncode}: {err[-800:]}"
            )
        done = json.loads(out.splitlines()[-1])
        rate = done["readings"] / max(done["seconds"], 0.001)
        narrator.line(
            f"{gateway.plant.id}: {done['readings']} readings, each with its receipt, {rate:.0f} a second"
        )
        published += int(done["readings"])
        _check_month(people.in_house(gateway.house, Role.HEAD), narrator, gateway, done, month)
    return published


def go_live(site: Site, gateway: Gateway, *arguments: str) -> subprocess.Popen[str]:
    """The simulator publishing one reading a second and meter until it is stopped; its words go to a file."""
    with (gateway.state / "live.log").open("a", encoding="utf-8") as log:
        return _simulate(site, gateway, "live", *arguments, output=log)


def _simulator_key(site: Site, plant: PlantFile, state: Path) -> dict[str, str]:
    command = [
        sys.executable,
        "-m",
        "ingest.simulator",
        "key",
        "--plant",
        str(plant.path),
        "--state",
        str(state),
    ]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=site.environment(), capture_output=True, text=True, check=True
    )
    told: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return told


def _plant_body(plant: PlantFile) -> dict[str, str]:
    return {
        "id": plant.id,
        "name_zh": plant.plant["zh"],
        "name_en": plant.plant["en"],
        "sector": plant.plant["sector"],
        "region": plant.plant["region"],
    }


def _register_meters(keeper: Client, plant: PlantFile, *, gateway: str) -> None:
    """Meters one after the other, their registrations together: the ledger takes many in one block."""
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=VALID_DAYS)
    waiting = []
    for meter in plant.meters:
        row = keeper.post("/meters/", _meter_body(meter, plant.id, gateway, since))
        fact = keeper.get(f"/meters/{row['id']}/signing/")
        answer = keeper.post(f"/meters/{row['id']}/registration/", keeper.intent(fact["name"], fact["args"]))
        waiting.append(str(answer["intent_id"]))
    for intent in waiting:
        keeper.committed(intent)


def _register_calibrations(keeper: Client, plant: PlantFile) -> None:
    """A certificate for each meter, older than its first possible reading: without one it is grade C."""
    on = datetime.datetime.now(SHANGHAI).date() - datetime.timedelta(days=VALID_DAYS + 1)
    until = on + datetime.timedelta(days=CERTIFIED_DAYS)
    for number, meter in enumerate(plant.meters, start=1):
        body = {
            "plant": plant.id,
            "meter": meter["slug"],
            "certificate": f"{plant.calibration['certificate']}-{on.year}-{number:03d}",
            "laboratory": plant.calibration["laboratory"],
            "calibrated_on": on.isoformat(),
            "valid_until": until.isoformat(),
        }
        keeper.post("/calibrations/", body)


def _meter_body(meter: Any, plant: str, gateway: str, since: datetime.datetime) -> dict[str, Any]:
    return {
        "plant": plant,
        "slug": meter["slug"],
        "name_zh": meter["zh"],
        "name_en": meter["en"],
        "medium": meter["medium"],
        "unit": meter["unit"],
        "least_count": meter["least_count"],
        "digits": meter["digits"],
        "interval_s": INTERVAL_S,
        "stream": meter["stream"],
        "gateway": gateway,
        "valid_from": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _simulate(
    site: Site, gateway: Gateway, command: str, *arguments: str, output: TextIO | None = None
) -> subprocess.Popen[str]:
    port = site.variables.get("TANHENG_MQTT_PORT", "18830")
    words = [
        *(sys.executable, "-m", "ingest.simulator", command, "--plant", str(gateway.plant.path)),
        *("--state", str(gateway.state), "--broker", f"mqtt://127.0.0.1:{port}"),
        *("--user", gateway.username, "--password-file", str(gateway.password_file), *arguments),
    ]
    return subprocess.Popen(
        dies_with_parent(tuple(words), "TERM"),
        cwd=REPOSITORY,
        env=site.environment(),
        stdout=output or subprocess.PIPE,
        stderr=output or subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _check_month(keeper: Client, narrator: Narrator, gateway: Gateway, done: Json, month: str) -> None:
    """What was published is what is stored, and each meter's hours sum to what its register rose by."""
    stored = _equation(keeper, gateway.plant.id, month)
    narrator.check(f"{gateway.plant.id}: readings stored", found=stored["stored"], expected=done["readings"])
    for part in ("quarantined", "refused", "missing"):
        narrator.check(f"{gateway.plant.id}: {part}", found=stored[part], expected=0)
    meters = {str(row["slug"]): str(row["id"]) for row in keeper.rows("/meters/", plant=gateway.plant.id)}
    end = time.monotonic() + HOURS_WITHIN_S
    for slug, sum_ in done["sums"].items():
        expected = Decimal(sum_["quantity"])
        while (found := _hours(keeper, meters[slug], month)) != expected:
            if time.monotonic() > end:
                raise DemoFailed(f"{gateway.plant.id} {slug}: hours sum to {found}, published {expected}")
            time.sleep(POLL_S)
    narrator.line(f"✓ {gateway.plant.id}: the hours of {len(meters)} meters sum to their registers exactly")


def _equation(keeper: Client, plant: str, month: str) -> dict[str, int]:
    """issued = stored + quarantined + refused + missing, summed over the month's days."""
    sums = dict.fromkeys(("issued", "stored", "quarantined", "refused", "missing"), 0)
    for day in days_of(month):
        told = keeper.get(f"/plants/{plant}/today/", day=day.isoformat())
        for name in sums:
            sums[name] += int(told[name] or 0)
    return sums


def _hours(keeper: Client, meter: str, month: str) -> Decimal:
    days = days_of(month)
    begin, end = (datetime.datetime.combine(day, datetime.time(), SHANGHAI) for day in (days[0], days[-1]))
    stretch = {"from": begin.isoformat(), "to": (end + datetime.timedelta(days=1)).isoformat()}
    rows = keeper.get(f"/meters/{meter}/hours/", **stretch)["results"]
    return sum((Decimal(row["quantity"]) for row in rows), Decimal(0))
