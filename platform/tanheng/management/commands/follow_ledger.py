"""`manage.py follow_ledger`: turns the ledger's events into read models until it is stopped."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tanheng.follower import Follower
from tanheng.gateways import Gateways, material, until_signal
from tanheng.leader import DatabaseThread
from tanheng.relay import WATCHER


class Command(BaseCommand):
    """One follower is active at a time; a second one waits for the first to end."""

    help = "Follow the ledger's events and blocks."
    # `prepare_database` makes the checks; here they would import every page's code, 27 MB for nothing.
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        asyncio.run(_run())


async def _run() -> None:
    async with Gateways(await material(settings.TANHENG.home)) as gateways:
        own, *_ = await gateways.open(*WATCHER)
        database = DatabaseThread()
        try:
            await until_signal(Follower(own, database).run())
        finally:
            await database.close()
