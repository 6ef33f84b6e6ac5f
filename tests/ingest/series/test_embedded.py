"""The embedded store under the contract of all stores."""

import pytest

from ingest.series import EmbeddedSeries
from tests.ingest.series.contract import SeriesContract


@pytest.mark.db
class TestEmbeddedSeries(SeriesContract):
    @pytest.fixture
    def series(self, db: None) -> EmbeddedSeries:
        return EmbeddedSeries()
