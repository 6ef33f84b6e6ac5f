"""The network that intents are signed for: its hash, from the ledger's material or a setting."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from ledger.network import NoNetwork, load


def network_hash() -> str:
    """Hex hash of block 0, the ledger's name for ever; empty while there is no ledger yet."""
    given: str = getattr(settings, "LEDGER_NETWORK", "")
    if given:
        return given
    path = settings.TANHENG.home / "ledger" / "network.json"
    return _read(settings.TANHENG.home, path.stat().st_mtime_ns) if path.exists() else ""


@lru_cache(maxsize=4)
def _read(home: Path, _changed_ns: int) -> str:
    try:
        return load(home).network
    except NoNetwork:
        return ""
