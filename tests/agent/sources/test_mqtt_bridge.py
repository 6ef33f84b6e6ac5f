"""Another MQTT broker in the plant, a real Mosquitto: JSON and plain numbers, kept, then acknowledged."""

import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.intake import Intake
from agent.settings import Bridged, MqttSource, TimeFormat
from agent.sources.mqtt_bridge import MqttReader
from agent.uplink import Arrived, Session
from agent.words import Notice
from tests.agent.conftest import Mosquitto, Told, free_port, wait_for
from tests.agent.plants import in_thread

pytestmark = pytest.mark.usefixtures("mosquitto_program")
OPEN = "listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker as plants have them: everybody may do everything."""
    folder = tmp_path / "plain"
    folder.mkdir()
    made = Mosquitto(folder, free_port())
    user = "user root\n" if folder.stat().st_uid == 0 else ""
    (folder / "mosquitto.conf").write_text(OPEN.format(port=made.port, folder=folder) + user)
    made.start()
    yield made
    made.kill()


def reader(broker: Mosquitto, intake: Intake, told: Told) -> MqttReader:
    form = TimeFormat(form="epoch_s", zone=ZoneInfo("UTC"))
    one, tenth = Decimal(1), Decimal("0.1")
    topics = (
        Bridged(meter="energy-a", topic="hall/a", value="fields.kwh", time="timestamp", form=form, scale=one),
        Bridged(meter="energy-b", topic="hall/b", value="", time="", form=form, scale=tenth),
    )
    source = MqttSource(name="plain", broker=broker.settings(""), client_id="bridge", topics=topics)
    return MqttReader(source, intake.meters, intake, told.tell)


def publisher(broker: Mosquitto) -> Session:
    made = Session(broker.settings(""), client_id="recorder")
    made.start()
    wait_for(made.connected.is_set)
    return made


def telegraf(ts_s: int, value: str) -> bytes:
    """A payload as Telegraf writes it; the number as text, so that every digit is ours."""
    return b'{"fields":{"kwh":%s},"name":"meter","tags":{},"timestamp":%d}' % (value.encode(), ts_s)


def kept(intake: Intake) -> list[Any]:
    return intake.spool._ask("select meter, ts_ms, value, quality from reading order by ts_ms, seq", ())


def test_messages_become_readings_with_every_digit_of_their_text(
    plain: Mosquitto, intake: Intake, told: Told
) -> None:
    stop, thread = in_thread(reader(plain, intake, told).run)
    sender = publisher(plain)
    wait_for(lambda: sender.publish("hall/a", telegraf(1_782_864_000, "0.10")) and intake.taken >= 1)
    sender.publish("hall/a", telegraf(1_782_864_001, "123456789.123456789"))
    sender.publish("hall/b", b" 505 ")
    wait_for(lambda: {"123456789.123456789", "50.5"} <= {row[2] for row in kept(intake)})
    stop.set()
    thread.join(10)
    sender.stop()
    assert kept(intake)[0][:3] == ("v1/t_000001.gw-1/plant-1/energy-a", 1_782_864_000_000, "0.1")


def test_what_the_broker_kept_while_the_agent_was_away_is_taken(
    plain: Mosquitto, intake: Intake, told: Told
) -> None:
    stop, thread = in_thread(reader(plain, intake, told).run)
    sender = publisher(plain)
    wait_for(lambda: sender.publish("hall/b", b"1") and intake.taken >= 1)
    stop.set()
    thread.join(10)
    before = intake.taken
    for n in range(50):
        sender.publish("hall/b", str(1000 + n).encode()).wait_for_publish(5)
    stop, thread = in_thread(reader(plain, intake, told).run)
    wait_for(lambda: intake.taken >= before + 50)
    stop.set()
    thread.join(10)
    sender.stop()
    values = [row[2] for row in kept(intake)][-50:]
    assert values == [f"{100 + Decimal(n) / 10:f}".removesuffix(".0") for n in range(50)]


def test_a_message_that_comes_again_after_a_kill_is_taken_once(
    plain: Mosquitto, intake: Intake, told: Told
) -> None:
    made = reader(plain, intake, told)
    first = Arrived("hall/a", telegraf(1_782_864_000, "5"), 1, 1, False, 1)
    again = Arrived("hall/a", telegraf(1_782_864_000, "5"), 1, 1, True, 2)
    assert made._keep([first], threading.Event())
    assert made._keep([again], threading.Event())
    assert len(kept(intake)) == 1


def test_equal_values_without_an_instant_are_told_apart_by_the_number_of_their_message(
    plain: Mosquitto, intake: Intake, told: Told
) -> None:
    """The second was on its way when the agent was killed, and comes with the mark of a repetition."""
    made, stop = reader(plain, intake, told), threading.Event()
    assert made._keep([Arrived("hall/b", b"5", 1, 1, False, 1)], stop)
    assert made._keep([Arrived("hall/b", b"5", 1, 1, True, 2)], stop)
    assert len(kept(intake)) == 1
    assert made._keep([Arrived("hall/b", b"5", 2, 1, True, 2)], stop)
    assert len(kept(intake)) == 2


def test_a_retained_value_without_an_instant_is_no_reading_of_now(
    plain: Mosquitto, intake: Intake, told: Told
) -> None:
    sender = publisher(plain)
    sender._paho.publish("hall/b", b"505", qos=1, retain=True).wait_for_publish(5)
    sender._paho.publish("hall/a", telegraf(1_782_864_000, "7"), qos=1, retain=True).wait_for_publish(5)
    stop, thread = in_thread(reader(plain, intake, told).run)
    wait_for(lambda: intake.taken >= 1)
    sender.publish("hall/b", b"506")
    wait_for(lambda: "50.6" in {row[2] for row in kept(intake)})
    stop.set()
    thread.join(10)
    sender.stop()
    assert sorted(row[2] for row in kept(intake)) == ["50.6", "7"]


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"no json", "no JSON"),
        (b"{}", "nothing at 'fields.kwh'"),
        (b'{"fields":{"kwh":{}},"timestamp":1}', "is no value"),
        (b'{"fields":{"kwh":1},"timestamp":"x"}', "no number"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_a_payload_that_cannot_be_read_is_set_aside_and_acknowledged(
    plain: Mosquitto, intake: Intake, told: Told, payload: bytes, words: str
) -> None:
    made = reader(plain, intake, told)
    assert made._keep([Arrived("hall/a", payload, 1, 1, False, 1)], threading.Event())
    assert kept(intake) == []
    assert words in intake.spool.set_asides(1)[0][2]
    assert Notice.SOURCE_UNREADABLE in told.names()


def test_a_broker_that_goes_away_is_told_and_nothing_more_is_needed_when_it_is_back(
    plain: Mosquitto, intake: Intake, told: Told
) -> None:
    stop, thread = in_thread(reader(plain, intake, told).run)
    sender = publisher(plain)
    wait_for(lambda: sender.publish("hall/b", b"1") and intake.taken >= 1)
    plain.kill()
    wait_for(lambda: Notice.SOURCE_AWAY in told.names())
    plain.start()
    before = intake.taken
    wait_for(lambda: sender.publish("hall/b", b"2") and intake.taken > before)
    stop.set()
    thread.join(10)
    sender.stop()


def test_json_numbers_that_are_not_finite_go_on_as_text(plain: Mosquitto, intake: Intake, told: Told) -> None:
    made = reader(plain, intake, told)
    made._keep([Arrived("hall/a", telegraf(1_782_864_000, "NaN"), 1, 1, False, 1)], threading.Event())
    assert kept(intake)[0][2] == "NaN"
