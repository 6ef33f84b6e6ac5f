"""Reading one peer's rows as they are, byte for byte: what an audit compares across peers.

Only a platform service or the regulator may: a row may belong to anybody.
"""

import base64
from dataclasses import dataclass
from typing import Annotated

from lexicon.canonical import Json
from lexicon.codec import Matches, Name
from lexicon.refusals import Refusal, Refused

from chaincode.callers import Creator, reads_all
from chaincode.state import SEPARATOR, Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOf:
    """Rows of one object type; `start`: how keys go on, parts joined by `~`, the last may be cut."""

    object: Name
    start: Annotated[str, Matches(r"[A-Za-z0-9_.~:-]{0,200}")] = ""


def read(draft: Draft, args: RowsOf, creator: Creator) -> Json:
    """[key parts, value in base64] of every row, in key order. Raises Refused: certificate_not_allowed."""
    if not reads_all(creator):
        raise Refused(Refusal.CERTIFICATE_NOT_ALLOWED, name="state_rows")
    prefix = SEPARATOR + SEPARATOR.join([args.object, *args.start.split("~")])
    return [
        [list(key.strip(SEPARATOR).split(SEPARATOR)), base64.b64encode(value).decode()]
        for key, value in draft.rows(prefix)
    ]
