"""What a pipe's InfluxDB says that it holds: points of a measurement, and whether one reading can be read."""

from __future__ import annotations

import contextlib
import time

from influxdb_client.client.influxdb_client import InfluxDBClient

from bench.ingest_pipe import Pipe

COUNTED_EVERY_S = 0.25


def client_of(pipe: Pipe) -> InfluxDBClient:
    """A client of the server that holds the pipe's readings."""
    store = pipe.store()
    return InfluxDBClient(url=store.server, token=store.token, org=store.organisation, timeout=60_000)


def points(pipe: Pipe, measurement: str) -> int:
    """Points of a measurement, counted by the store."""
    time.sleep(COUNTED_EVERY_S)
    flux = (
        f'from(bucket: "{pipe.store().bucket}") |> range(start: 0) '
        f'|> filter(fn: (r) => r._measurement == "{measurement}" and r._field == "seq") |> group() |> count()'
    )
    with contextlib.closing(client_of(pipe)) as client:
        tables = client.query_api().query(flux)
    return sum(int(record["_value"]) for table in tables for record in table.records)


def is_readable(client: InfluxDBClient, bucket: str, seq: int) -> bool:
    """Whether a query finds a reading of the last minutes by its number."""
    flux = (
        f'from(bucket: "{bucket}") |> range(start: -10m) |> filter(fn: (r) => r._measurement == "reading" '
        f'and r._field == "seq" and r._value == {seq:d}) |> group() |> count()'
    )
    return any(table.records for table in client.query_api().query(flux))
