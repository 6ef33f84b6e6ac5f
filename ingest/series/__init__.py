"""The time series of readings: one port, two stores."""

from ingest.series.embedded import EmbeddedSeries
from ingest.series.port import Series, SeriesUnavailable

__all__ = ["EmbeddedSeries", "Series", "SeriesUnavailable", "chosen"]


def chosen() -> Series:
    """The store that the settings name."""
    return EmbeddedSeries()
