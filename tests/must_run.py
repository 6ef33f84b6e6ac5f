"""What may not be left out: TESTS_MUST_RUN names, with commas, the programs without which a run fails.

Elsewhere what needs a missing program is skipped with its name. The gate sets the variable, so that such a
skip cannot be taken for success there.
"""

import os
from typing import NoReturn

import pytest

VARIABLE = "TESTS_MUST_RUN"
# Of the machine's programs those that the gate can count on: `make setup` brings Node where there
# is none, and Mosquitto on Debian as root.
PROGRAMS = {"mosquitto", "node"}


def not_run(program: str, because: str) -> NoReturn:
    """Ends a test that cannot run: skipped with the reason, or failed where the program must be there.

    program: one of PROGRAMS. Raises ValueError when the variable names another: it would hold nothing.
    """
    wanted = set(filter(None, os.environ.get(VARIABLE, "").split(",")))
    if unknown := wanted - PROGRAMS:
        raise ValueError(f"{VARIABLE} names {sorted(unknown)}; known are {sorted(PROGRAMS)}")
    if program in wanted:
        pytest.fail(f"{because}; {VARIABLE} says that {program} must run", pytrace=False)
    pytest.skip(because)
