"""`manage.py session_clock`: keeps the market's calendar and has closed days anchored."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from market.domain.hours import hours_of
from tanheng.clock import SessionClock
from tanheng.gateways import until_signal
from tanheng.leader import DatabaseThread


class Command(BaseCommand):
    """One clock is active at a time; a second one waits for the first to end."""

    help = "Open, close and settle market sessions; anchor closed days."
    # `prepare_database` makes the checks; here they would import every page's code, 27 MB for nothing.
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        asyncio.run(_run())


async def _run() -> None:
    database = DatabaseThread()
    try:
        hours = hours_of(settings.TANHENG.market_hours, settings.TANHENG.auction_at)
        await until_signal(SessionClock(database, hours=hours).run())
    finally:
        await database.close()
