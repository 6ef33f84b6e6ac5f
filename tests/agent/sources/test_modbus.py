"""Modbus TCP against pymodbus's own server: every kind of number, a device away, a wrong address."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.intake import Intake
from agent.settings import ModbusSource, Register
from agent.sources.modbus import ModbusReader
from agent.sources.port import Unreadable
from agent.words import Notice
from tests.agent.conftest import Told, wait_for
from tests.agent.plants import ModbusPlant, in_thread, modbus_plant


@pytest.fixture
def plant() -> Iterator[ModbusPlant]:
    with modbus_plant() as made:
        yield made


def register(address: int, numeric: str, *, meter: str = "energy-a", **more: object) -> Register:
    fields = {"device": 1, "table": "holding", "order": "ABCD", "scale": Decimal(1)} | more
    return Register(meter=meter, address=address, numeric=numeric, **fields)  # type: ignore[arg-type]


def reader(plant: ModbusPlant, intake: Intake, told: Told, *registers: Register) -> ModbusReader:
    source = ModbusSource(
        name="boiler", host="127.0.0.1", port=plant.port, interval_s=0.1, timeout_s=1.0, registers=registers
    )
    return ModbusReader(source, intake.meters, intake, told.tell)


def test_registers_are_read_scaled_and_rounded_only_where_they_are_binary_fractions(
    plant: ModbusPlant, intake: Intake, told: Told
) -> None:
    plant.write(0, ">I", 1_234_567)
    plant.write(4, ">f", 1234.56)
    plant.write(8, ">q", 9_000_000_001)
    plant.write(12, ">H", 7)
    made = reader(
        plant,
        intake,
        told,
        register(0, "uint32", scale=Decimal("0.01")),
        register(4, "float32", meter="energy-b"),
        register(8, "int64"),
        register(12, "uint16", table="input"),
    )
    assert [one.value for one in made.probe()] == ["12345.67", "1234.56", "9000000001", "7"]


def test_all_four_orders_of_words_and_bytes_are_read_from_a_device(
    plant: ModbusPlant, intake: Intake, told: Told
) -> None:
    layouts = {"ABCD": b"ABCD", "CDAB": b"CDAB", "BADC": b"BADC", "DCBA": b"DCBA"}
    number = dict(zip(b"ABCD", (1_234_567_890).to_bytes(4, "big"), strict=True))
    for place, letters in enumerate(layouts.values()):
        wire = int.from_bytes(bytes(number[one] for one in letters), "big")
        plant.write(place * 4, ">I", wire)
    registers = [register(n * 4, "uint32", order=order) for n, order in enumerate(layouts)]
    made = reader(plant, intake, told, *registers)
    assert [one.value for one in made.probe()] == ["1234567890"] * 4
    made.close()


def test_a_device_is_polled_told_once_when_it_is_away_and_read_on_when_it_is_back(
    plant: ModbusPlant, intake: Intake, told: Told
) -> None:
    plant.write(0, ">I", 100)
    stop, thread = in_thread(reader(plant, intake, told, register(0, "uint32")).run)
    wait_for(lambda: intake.taken >= 2)
    plant.stop()
    wait_for(lambda: Notice.SOURCE_AWAY in told.names())
    before = intake.taken
    plant.start()
    plant.write(0, ">I", 105)
    wait_for(lambda: intake.taken > before)
    stop.set()
    thread.join(5)
    values = [value for (value,) in intake.spool._ask("select value from reading order by seq", ())]
    assert values[0] == "100"
    assert values[-1] == "105"


def test_a_register_that_the_device_refuses_costs_no_other_its_readings(
    plant: ModbusPlant, intake: Intake, told: Told
) -> None:
    plant.write(0, ">I", 100)
    registers = (register(9000, "uint32"), register(0, "uint32", meter="energy-b"))
    stop, thread = in_thread(reader(plant, intake, told, *registers).run)
    wait_for(lambda: intake.taken >= 3)
    stop.set()
    thread.join(5)
    assert Notice.SOURCE_UNREADABLE in told.names()
    assert intake.spool.set_asides(1)


def test_an_address_the_device_refuses_is_told_with_its_place(
    plant: ModbusPlant, intake: Intake, told: Told
) -> None:
    with pytest.raises(Unreadable, match="holding 9000"):
        reader(plant, intake, told, register(9000, "uint32")).probe()
    stop, thread = in_thread(reader(plant, intake, told, register(9000, "uint32")).run)
    wait_for(lambda: Notice.SOURCE_UNREADABLE in told.names())
    stop.set()
    thread.join(5)
    assert intake.taken == 0
