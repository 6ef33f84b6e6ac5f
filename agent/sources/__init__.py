"""Where readings come from. A source's library is imported when that source is configured, and not before."""

import importlib

from agent.intake import Intake
from agent.settings import CsvSource, ModbusSource, MqttSource, OpcUaSource, Settings, Source
from agent.sources.port import Reader, Tell
from agent.words import AgentError, Notice

# kind -> (module, class, library that it needs, the extra that brings it)
_READERS: dict[type, tuple[str, str, str, str]] = {
    CsvSource: ("agent.sources.csv_file", "CsvReader", "", ""),
    ModbusSource: ("agent.sources.modbus", "ModbusReader", "pymodbus", "modbus"),
    OpcUaSource: ("agent.sources.opcua", "OpcUaReader", "asyncua", "opcua"),
    MqttSource: ("agent.sources.mqtt_bridge", "MqttReader", "", ""),
}


def reader_of(source: Source, settings: Settings, intake: Intake, tell: Tell) -> Reader:
    """The reader of a configured source. Raises AgentError library_missing."""
    module, name, package, extra = _READERS[type(source)]
    try:
        made: Reader = getattr(importlib.import_module(module), name)(source, settings.meters, intake, tell)
    except ModuleNotFoundError as error:
        if not package or not (error.name or "").startswith(package):
            raise
        raise AgentError(Notice.LIBRARY_MISSING, source=source.name, package=package, extra=extra) from error
    return made
