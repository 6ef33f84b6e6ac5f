"""Light things that tests and the processes they start share: a key, topics, readings."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.batch import Kept
from agent.spool import Taken
from agent.spool_file import Limits

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
IDENTITY = "t_000001.gw-1"
MEBI = 1024 * 1024
LIMITS = Limits(bytes_max=64 * MEBI, disk_free=0)
T0 = 1_782_864_000_000


def topic_of(meter: str) -> str:
    return f"v1/{IDENTITY}/plant-1/{meter}"


A, B = topic_of("energy-a"), topic_of("energy-b")


def readings(meter: str, count: int, *, first: int = 0) -> list[Taken]:
    """Values first, first + 1, ... a millisecond apart."""
    return [
        Taken(meter=meter, reading=Kept(T0 + n, str(n), "kWh", "good")) for n in range(first, first + count)
    ]
