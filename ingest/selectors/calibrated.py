"""Whether a meter is calibrated: its plate says so, or the register of certificates, which lies above ingest.

Who keeps the register tells at start whom to ask.
"""

from collections.abc import Callable
from datetime import date

from ingest.models import Meter

Register = Callable[[Meter, date], bool]


class _Asked:
    """Holds the one function that is asked; None before anybody has said which."""

    function: Register | None = None


def ask(function: Register) -> None:
    """From now on, ask this: meter and day to whether a certificate holds that day."""
    _Asked.function = function


def is_calibrated(meter: Meter, day: date) -> bool:
    """Whether a certificate of the meter holds on a day; of one that has none, none does."""
    if meter.calibrated_until is not None and day <= meter.calibrated_until:
        return True
    return _Asked.function is not None and _Asked.function(meter, day)
