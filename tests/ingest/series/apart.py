"""`python -m tests.ingest.series.apart ANSWER_S`: the embedded store in a process of its own, as in use.

A line of stdin is a request, a list of points to write or a meter to read; a line of stdout is its answer.
"""

import json
import os
import sys
from decimal import Decimal
from typing import Any

import django


def main() -> None:
    """Answers until stdin ends."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tanheng.settings"
    django.setup()
    from django.db import InterfaceError, OperationalError, connection

    from ingest import patience
    from ingest.series import EmbeddedSeries

    patience.ANSWER_S = patience.CONNECT_S = float(sys.argv[1])
    patience.be_patient()
    series = EmbeddedSeries()
    for line in sys.stdin:
        try:
            answer = _answer(series, json.loads(line, parse_float=Decimal))
        except (OperationalError, InterfaceError) as error:
            answer = {"away": str(error)}
            # As the worker does: what was asked of it is asked of another connection.
            connection.close()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(series: Any, asked: Any) -> dict[str, Any]:
    from django.db import DataError, transaction
    from lexicon.terms import ReadingQuality

    from ingest.intake import Point

    if isinstance(asked, int):
        found = series.range(asked, from_ns=0, to_ns=2**62)
        return {"points": [[*one[:5], str(one.quality), one.signed] for one in found]}
    points = [Point(*one[:5], ReadingQuality(one[5]), one[6]) for one in asked]
    try:
        with transaction.atomic():
            series.write(points)
    except (DataError, ValueError) as error:
        return {"fault": str(error)}
    return {}


if __name__ == "__main__":
    main()
