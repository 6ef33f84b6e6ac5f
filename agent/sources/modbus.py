"""A Modbus TCP device, polled. The only file that knows pymodbus."""

import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from agent.intake import Intake
from agent.reading import Sample, from_registers, value_text, words_of
from agent.settings import MeterSettings, ModbusSource, Register
from agent.sources.port import Polled, Tell, Unreadable, poll, polled

# Requests of one poll to a device that does not answer must not each wait for the time-out again and again.
RETRIES = 1


class ModbusReader:
    """One device or gateway; each register is one request."""

    def __init__(
        self, source: ModbusSource, meters: Mapping[str, MeterSettings], intake: Intake, tell: Tell
    ) -> None:
        self.name = source.name
        self.is_done = False
        self._source, self._meters, self._intake, self._tell = source, meters, intake, tell
        self._client: Any = ModbusTcpClient(
            source.host, port=source.port, timeout=source.timeout_s, retries=RETRIES
        )

    def run(self, stop: threading.Event) -> None:
        """Polls until stop is set."""
        poll(
            self.name,
            interval_s=self._source.interval_s,
            read=self._read,
            intake=self._intake,
            tell=self._tell,
            stop=stop,
        )
        self.close()

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()

    def probe(self) -> Sequence[Sample]:
        """All registers now. Raises OSError where the device is away, Unreadable where it refuses one."""
        return self._read().whole()

    def _read(self) -> Polled:
        """What the registers say now, each by itself. Raises OSError where the device is away."""
        if not self._client.connected and not self._client.connect():
            raise ConnectionError(f"{self._source.host}:{self._source.port}")
        return polled(partial(self._sample, register) for register in self._source.registers)

    def _sample(self, register: Register) -> Sample:
        read = (
            self._client.read_holding_registers
            if register.table == "holding"
            else self._client.read_input_registers
        )
        place = f"device {register.device} {register.table} {register.address}"
        try:
            answer = read(register.address, count=words_of(register.numeric), device_id=register.device)
        except ModbusException as error:
            self._client.close()
            raise ConnectionError(f"{place}: {error}") from error
        if answer.isError():
            raise Unreadable(place, str(answer), key="registers.address")
        meter = self._meters[register.meter]
        is_binary = register.numeric.startswith("float")
        value = value_text(
            from_registers(answer.registers, register.numeric, register.order),
            scale=register.scale,
            least_count=meter.least_count if is_binary else None,
        )
        return Sample(meter=register.meter, ts_ms=int(time.time() * 1000), value=value)
