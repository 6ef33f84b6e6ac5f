"""What the configuration file says, as values: gateway, broker, meters, sources, limits."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from lexicon.topics import MeterPath


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """Where a broker is and how to sign in. Files are paths or None."""

    host: str
    port: int
    tls: bool
    username: str
    password_file: Path | None
    ca_file: Path | None
    certificate_file: Path | None
    certificate_key_file: Path | None

    def password(self) -> str | None:
        """Read anew at each sign-in, so that a renewed password needs no restart."""
        return self.password_file.read_text(encoding="utf-8").strip() if self.password_file else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSettings:
    """A meter as the platform has it."""

    path: MeterPath
    unit: str
    least_count: Decimal
    digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFormat:
    """How a source writes its instants; zone for those that name none."""

    form: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvSource:
    """A CSV file that grows. columns: meter -> column; or meter_column and value_column, a meter a line."""

    name: str
    path: Path
    encoding: str
    delimiter: str
    time_column: str
    time: TimeFormat
    columns: dict[str, str]
    meter_column: str
    value_column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One number in a Modbus device."""

    meter: str
    device: int
    table: str
    address: int
    numeric: str
    order: str
    scale: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ModbusSource:
    """A Modbus TCP device or gateway."""

    name: str
    host: str
    port: int
    interval_s: float
    timeout_s: float
    registers: tuple[Register, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One variable of an OPC UA server."""

    meter: str
    node: str
    scale: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpcUaSource:
    """An OPC UA server. security: "Basic256Sha256,SignAndEncrypt,cert.pem,key.pem[,server.pem]"."""

    name: str
    url: str
    interval_s: float
    timeout_s: float
    username: str
    password_file: Path | None
    security: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridged:
    """One topic of the plant's own broker. value, time: dotted paths into JSON; empty: the payload, now."""

    meter: str
    topic: str
    value: str
    time: str
    form: TimeFormat
    scale: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttSource:
    """The plant's own broker."""

    name: str
    broker: BrokerSettings
    client_id: str
    topics: tuple[Bridged, ...]


Source = CsvSource | ModbusSource | OpcUaSource | MqttSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the agent needs to know."""

    path: Path
    identity: str
    key_file: Path
    spool: Path
    broker: BrokerSettings
    meters: dict[str, MeterSettings]
    sources: tuple[Source, ...]
    batch_readings: int
    batch_seconds: float
    spool_bytes: int
    disk_free_bytes: int
    clock_limit_s: float
    keep_days: int
    plant: str
