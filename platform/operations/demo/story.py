"""The story in its order, on a running product; every chapter checks its own figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.demo import live, metering, one_time, people, reporting, surrender, trading, verifying
from operations.demo.calendar import newest_month
from operations.demo.cast import CEMENT, ENTERPRISES
from operations.demo.client import save_sign_ins
from operations.demo.narrator import Narrator
from operations.demo.people import People
from operations.demo.plant import read
from operations.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of it all."""

    people: People
    gateways: list[metering.Gateway]
    result: dict[str, Any]


def tell(site: Site, narrator: Narrator, *, days: int = 31) -> Told:
    """Everything from the first administrator to surrendered allowances. Raises DemoFailed.

    days: length of the month that is played; 31 gives 119,040 readings.
    """
    keys = site.home / "keys" / "people"
    with narrator.chapter("1  People"):
        cast = people.come_in(site, narrator, keys=keys)
        save_sign_ins(keys / "sign-ins.json", list(cast.by_slug.values()))
    plants = {house: read(house) for house in ENTERPRISES}
    with narrator.chapter("2  Plants and meters"):
        gateways = [
            metering.equip(site, cast, narrator, house=house, plant=plants[house]) for house in ENTERPRISES
        ]
    month = newest_month(days=days)
    with narrator.chapter(f"3  Readings of {month}"):
        readings = metering.publish_month(site, cast, narrator, gateways, month=month)
    with narrator.chapter("4  Statements, evidence, submission"):
        verifying.commit_draws(cast, narrator)
        statements = [
            reporting.report_month(cast, narrator, house=house, plant=plants[house], month=month)
            for house in ENTERPRISES
        ]
    with narrator.chapter("5  Verification and minting"):
        verifying.open_draw(cast, narrator, month)
        minted = [verifying.verify(cast, narrator, statement) for statement in statements]
    with narrator.chapter("6  Issue and trade"):
        trading.issue_all(cast, narrator)
        traded = trading.trade(cast, narrator)
    with narrator.chapter("7  A year: report, obligation, surrender"):
        year = surrender.mint_year(cast, narrator, house=CEMENT)
        due_t = surrender.owe(cast, narrator, year)
        surrendered = surrender.surrender(
            cast, narrator, house=CEMENT, year=year.statement.period, due_t=due_t
        )
    with narrator.chapter("8  Live"):
        live.watch(site, cast, narrator, gateways[0])
    people_in = list(cast.by_slug.values())
    result = {
        "ok": True,
        "readings": readings,
        "statements": {one.statement.plant: one.statement.total_tco2 for one in minted},
        "report_tx": minted[0].tx_id,
        "report_txs": {one.statement.plant: one.tx_id for one in minted},
        # Stored intent to read model by the server; from the POST to the polled answer, as a client sees it.
        "confirm_ms": _spread([ms for one in people_in for ms in one.confirmations_ms]),
        "confirm_seen_ms": _spread([ms for one in people_in for ms in one.seen_ms]),
        "trade_tx": traded.tx_id,
        "surrendered_t": due_t,
        "surrender_tx": surrendered,
    }
    return Told(people=cast, gateways=gateways, result=result)


def _spread(times_ms: list[float]) -> dict[str, int]:
    ordered = sorted(times_ms)
    return {
        f"p{percent}": round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)])
        for percent in (50, 95)
    }


def sign_ins(cast: People, narrator: Narrator, *, keys: Path) -> None:
    """Print how a visitor signs in as each person."""
    for slug, client in cast.by_slug.items():
        code = one_time.code(client.totp)
        narrator.line(f"{client.email}  {client.password}  TOTP {client.totp} ({code})  {keys / slug}.pem")
