"""Names of factor sets: a set and its published successors are one line. Owns the rule of names alone.

`ndrc-2013-cement` is succeeded by `ndrc-2013-cement-r2`, that by `ndrc-2013-cement-r3`: a set has one
successor at most because there is one name for it.
"""

import re

_LATER = re.compile(r"(?P<first>.+)-r(?P<number>[2-9]|[1-9][0-9]{1,2})\Z", re.ASCII)


def first_of(name: str) -> str:
    """The set that a line begins with: itself for one that succeeds none."""
    found = _LATER.match(name)
    return found["first"] if found else name


def number_of(name: str) -> int:
    """The place of a set in its line, from 1."""
    found = _LATER.match(name)
    return int(found["number"]) if found else 1


def next_of(name: str) -> str:
    """What the successor of a set is called."""
    return f"{first_of(name)}-r{number_of(name) + 1}"
