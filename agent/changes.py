"""Changes of a register that a person tells the agent."""

from agent.clock import ClockCheck
from agent.intake import Intake
from agent.keys import load_key
from agent.settings import Settings
from agent.spool import Spool
from agent.spool_file import Limits


def declare_replaced(settings: Settings, meter: str, *, final: str, start: str, at_ms: int) -> None:
    """Keeps a signed event `replaced`; the register is expected to show `start` now. Raises AgentError.

    Safe beside a running agent: it is one transaction in the spool, which that agent sends.
    """
    key = load_key(settings.key_file)
    limits = Limits(bytes_max=settings.spool_bytes, disk_free=settings.disk_free_bytes)
    spool = Spool(settings.spool, key=key, limits=limits)
    clock = ClockCheck(limit_ms=int(settings.clock_limit_s * 1000))
    intake = Intake(spool=spool, meters=settings.meters, key=key, clock=clock, tell=lambda *_, **__: None)
    intake.event(meter, "replaced", register=start, at=at_ms, old=final, new=start)
    spool.close()
