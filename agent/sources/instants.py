"""Instants as sources write them, in ms of Unix time, exactly: no binary fraction is rounded. Pure."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from agent.settings import TimeFormat

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The year 2200: the platform takes no later instant.
MS_MAX = 7_258_118_400_000


def instant_ms(text: str, form: TimeFormat) -> int:
    """The instant in ms UTC. Raises ValueError with what is wrong."""
    text = text.strip()
    if form.form in ("epoch_s", "epoch_ms"):
        made = _epoch(text, 1000 if form.form == "epoch_s" else 1)
    else:
        made = _calendar(text, form)
    if not 0 <= made <= MS_MAX:
        raise ValueError(f"{text[:40]!r} is outside 1970 .. 2200")
    return made


def _epoch(text: str, ms: int) -> int:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]!r} is no number") from None
    if not number.is_finite() or number.adjusted() > 15:
        raise ValueError(f"{text[:40]!r} is no instant")
    return int(number * ms)


def _calendar(text: str, form: TimeFormat) -> int:
    try:
        moment = (
            datetime.fromisoformat(text) if form.form == "iso" else datetime.strptime(text, form.form)  # noqa: DTZ007 (the zone is set below)
        )
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not of the form {form.form}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=form.zone)
    return (moment - _EPOCH) // timedelta(milliseconds=1)
