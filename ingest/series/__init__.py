"""The time series of readings: one port, two stores."""

from django.conf import settings

from ingest.series.embedded import EmbeddedSeries
from ingest.series.port import Series, SeriesUnavailable

__all__ = ["EmbeddedSeries", "Series", "SeriesUnavailable", "chosen"]


def chosen() -> Series:
    """The store that the settings name: InfluxDB where INFLUX_URL is set, else the embedded one."""
    url = settings.TANHENG.influx_url
    if not url:
        return EmbeddedSeries()
    # The client library takes half a second to import; who does not use InfluxDB does not pay for it.
    from ingest.selectors.directory import Directory  # noqa: PLC0415
    from ingest.series.influx import InfluxSeries  # noqa: PLC0415

    return InfluxSeries(url, Directory().by_key)
