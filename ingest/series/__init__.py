"""The time series of readings: one port, two stores."""

import atexit
from functools import lru_cache

from django.conf import settings

from ingest.influx_home import series_url
from ingest.series.embedded import EmbeddedSeries
from ingest.series.port import Series, SeriesUnavailable

__all__ = ["EmbeddedSeries", "Series", "SeriesUnavailable", "chosen"]


def chosen() -> Series:
    """The store that holds the readings: an InfluxDB, given or the home's own, else the embedded one."""
    given = settings.TANHENG
    url = series_url(
        home=given.home, series=given.series, influx_url=given.influx_url, influx_port=given.influx_port
    )
    return _influx(url) if url else EmbeddedSeries()


@lru_cache(maxsize=2)
def _influx(url: str) -> Series:
    """One client a process: it keeps its connections."""
    # The client library takes half a second to import; who does not use InfluxDB does not pay for it.
    from ingest.selectors.directory import Directory  # noqa: PLC0415
    from ingest.series.influx import InfluxSeries  # noqa: PLC0415

    made = InfluxSeries(url, Directory().by_key)
    # Left to the interpreter's end, the client complains of names that are gone by then.
    atexit.register(made.close)
    return made
