"""The bucket of our own at somebody's InfluxDB: made under its own name, then removed; theirs is left."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from operations import influx_bucket
from operations.drills import readings
from operations.drills.figures import Skipped
from operations.influx_bucket import PREFIX, NoBucket, given, made_at
from operations.programs import Used
from tanheng.env import Environment

from ingest.influx_home import Address
from tests.operations.bucket_double import THEIRS, TOKEN, Double, answering


@pytest.fixture
def double() -> Iterator[Double]:
    with answering() as made:
        yield made


def test_a_bucket_of_our_own_is_made_under_a_name_of_its_own_and_removed(double: Double) -> None:
    with made_at(double.url) as first, made_at(double.url) as second:
        names = [Address.parse(one.url).bucket for one in (first, second)]
        assert list(double.buckets.values()) == [THEIRS, *names]
        assert all(name.startswith(PREFIX) for name in names)
        assert names[0] != names[1]
        assert Address.parse(first.url).with_bucket(THEIRS) == Address.parse(double.url)
        assert first.used() == Used(program="InfluxDB at INFLUX_URL", version="2.7.12")
    assert list(double.buckets.values()) == [THEIRS]


def test_it_is_removed_also_when_what_uses_it_fails(double: Double) -> None:
    with pytest.raises(ZeroDivisionError), made_at(double.url):
        raise ZeroDivisionError
    assert list(double.buckets.values()) == [THEIRS]


def test_a_token_that_may_not_make_one_is_said_without_the_token(double: Double) -> None:
    double.refusing["POST"] = 403
    with (
        pytest.raises(NoBucket, match="cannot make a bucket: 403, the token may not") as told,
        made_at(double.url),
    ):
        pass
    assert TOKEN not in str(told.value)
    strange = Address.parse(double.url)
    strange = Address.parse(strange.url.replace("signs", "others"))
    with pytest.raises(NoBucket, match="401, the token is not known"), made_at(strange.url):
        pass
    assert list(double.buckets.values()) == [THEIRS]


def test_a_bucket_that_is_not_there_an_address_that_is_none_and_a_server_that_is_away_are_said(
    double: Double,
) -> None:
    theirs = Address.parse(double.url)
    for url, why in (
        (theirs.with_bucket("nobody-s").url, "there is no bucket nobody-s"),
        ("http://127.0.0.1/x", "INFLUX_URL takes"),
        (theirs.at(1).url, "cannot look at the server"),
    ):
        with pytest.raises(NoBucket, match=why), made_at(url):
            pass


def test_one_that_cannot_be_removed_is_named(double: Double, capsys: pytest.CaptureFixture[str]) -> None:
    double.refusing["DELETE"] = 500
    with made_at(double.url) as bucket:
        pass
    said = capsys.readouterr().err
    assert f"The bucket {Address.parse(bucket.url).bucket} was left at INFLUX_URL" in said
    assert TOKEN not in said


def test_settings_without_a_server_or_with_the_embedded_store_ask_for_none(
    double: Double, tmp_path: Path
) -> None:
    def environment(**settings: str) -> Environment:
        return Environment.read({"TANHENG_HOME": str(tmp_path), **settings})

    with given(environment()) as none, given(environment(INFLUX_URL=double.url)) as bucket:
        assert none is None
        assert bucket is not None
    with given(environment(INFLUX_URL=double.url, TANHENG_SERIES="embedded")) as none:
        assert none is None


def test_a_drill_reaches_it_by_a_wire_and_says_what_it_does_not_do_to_it(
    double: Double, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path))
    monkeypatch.setattr("operations.drills.readings.broker.program", lambda: None)
    with made_at(double.url) as bucket, ExitStack() as stack:
        unreached, settings = readings._reached(bucket, stack)
        wire, through = unreached["influx"], Address.parse(settings["INFLUX_URL"])
        assert (through.port, through.bucket) == (wire.port, Address.parse(bucket.url).bucket)
        assert influx_bucket._asked(through, "look", "/health") == {"version": "v2.7.12"}
        assert wire.carried > 0
        assert list(readings._programs(["postgres"], bucket)) == [bucket.used()]
        (skipped,) = readings._skipped(["postgres"], bucket, unreached)
        assert skipped.figure == "readings_influx_killed"
        assert "not ours to kill" in skipped.because
        secure = influx_bucket.Bucket(bucket.url.replace("http:", "https:"), "2.7.12")
        assert readings._reached(secure, stack) == ({}, {"INFLUX_URL": secure.url})
        assert [one.figure for one in readings._skipped(["postgres"], secure, {})] == [
            "readings_influx_killed",
            "influx_away",
        ]


def test_a_drill_names_the_store_that_it_ran_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = tmp_path / "influxd"
    server.write_text("#!/bin/sh\necho 'InfluxDB v2.7.12 (git: ec9dcde5d6)'\n")
    server.chmod(0o755)
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("INFLUXD_BIN", str(server))
    monkeypatch.setenv("TANHENG_SERIES", "embedded")
    monkeypatch.setattr("operations.drills.readings.broker.program", lambda: None)
    assert list(readings._programs(["postgres", "influx"], None)) == [
        Used(program="influxd", version="2.7.12")
    ]
    (embedded,) = readings._programs(["postgres"], None)
    assert embedded.program == "embedded PostgreSQL"
    assert int(embedded.version.partition(".")[0]) >= 16
    assert list(readings._skipped(["postgres"], None, {})) == [
        Skipped("readings_influx_killed", "TANHENG_SERIES=embedded")
    ]
    assert not list(readings._skipped(["postgres", "influx"], None, {}))
