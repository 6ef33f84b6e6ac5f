"""`manage.py relay_outbox`: carries signed intents to the ledger until it is stopped."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tanheng.gateways import Gateways, material, until_signal
from tanheng.leader import DatabaseThread
from tanheng.relay import IDENTITIES, WATCHER, Relay


class Command(BaseCommand):
    """One relay is active at a time; a second one waits for the first to end."""

    help = "Carry the outbox to the ledger."
    # `prepare_database` makes the checks; here they would import every page's code, 27 MB for nothing.
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        asyncio.run(_run())


async def _run() -> None:
    async with Gateways(await material(settings.TANHENG.home)) as gateways:
        for organisation, identity in IDENTITIES:
            await gateways.open(organisation, identity)
        watchers = await gateways.open(*WATCHER)
        database = DatabaseThread()
        relay = Relay(gateways.routes, database, watchers=watchers)
        try:
            await until_signal(relay.run(), stop=relay.stop)
        finally:
            await database.close()
