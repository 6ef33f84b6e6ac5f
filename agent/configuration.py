"""The agent's one configuration file: gateway, broker, meters, sources, limits."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lexicon.topics import NAME, BadTopic, MeterPath
from lexicon.units import Unit

from agent.reading import NUMERIC, ORDERS
from agent.settings import (
    Bridged,
    BrokerSettings,
    CsvSource,
    MeterSettings,
    ModbusSource,
    MqttSource,
    Node,
    OpcUaSource,
    Register,
    Settings,
    Source,
    TimeFormat,
)
from agent.toml_table import Table, each, open_page

_ID = re.compile(NAME.pattern)
# Policy, mode, own certificate and key, and the server's certificate where no other may answer.
_SECURITY = re.compile(r"(\w+,(Sign|SignAndEncrypt),[^,]+,[^,]+(,[^,]+)?)?\Z")
READINGS_MAX = 1_000
"""Of one batch: a third of what the platform takes, so that it never meets the limit of bytes."""
UNITS = tuple(unit.value for unit in Unit)
TIME_FORMATS = ("iso", "epoch_s", "epoch_ms")
DIGITS_MAX = 18
# Of bytes within a word, big comes first unless a maker's name for the order says otherwise.
WORD_ORDERS = {"big": "ABCD", "little": "CDAB"}
# What recorders write here; others would hide line ends.
ENCODINGS = ("utf-8", "gb18030")


def load(path: Path) -> Settings:
    """The settings of a file. Raises AgentError configuration_invalid with every problem in it."""
    page, top = open_page(path)
    gateway, broker = top.table("gateway"), top.table("broker")
    batch, limits = top.table("batch", required=False), top.table("limits", required=False)
    identity = gateway.text("identity")
    plant = gateway.text("plant", "")
    meters = {slug: _meter(one, slug, identity, plant) for slug, one in top.named("meters").items()}
    if not meters:
        top.wrong("meters", "no meter 没有计量点", "[meters.ID] with unit, least_count, digits")
    sources = each(top.tables("sources"), lambda one: _source(one, meters))
    if not sources:
        top.wrong(
            "sources", "no source 没有来源", '[[sources]] with kind = "csv", "modbus", "opcua" or "mqtt"'
        )
    _check_names(top, sources)
    made = Settings(
        path=path,
        identity=identity,
        plant=plant,
        key_file=gateway.path("key_file", "gateway.key"),
        spool=gateway.path("spool", "spool"),
        broker=_broker(broker, identity),
        meters=meters,
        sources=tuple(sources),
        batch_readings=batch.number("readings", 100, low=1, high=READINGS_MAX),
        batch_seconds=batch.seconds("seconds", 10.0, low=0.1, high=3600),
        spool_bytes=limits.number("spool_mb", 512, low=1, high=1_000_000) * 1024 * 1024,
        disk_free_bytes=limits.number("disk_free_mb", 16, low=1, high=1_000_000) * 1024 * 1024,
        clock_limit_s=limits.seconds("clock_s", 60.0, low=1, high=300),
        keep_days=limits.number("keep_days", 7, low=0, high=400),
    )
    for table in (gateway, broker, batch, limits, top):
        table.done()
    page.stop_if_wrong()
    return made


def _meter(table: Table, slug: str, identity: str, plant: str) -> MeterSettings:
    tenant, _, gateway = identity.partition(".")
    place = table.text("plant", plant or None)
    path = MeterPath(tenant="t_0", gateway="g0", plant="p0", meter="m0")
    try:
        path = MeterPath(tenant=tenant, gateway=gateway, plant=place, meter=slug)
    except BadTopic:
        table.page.wrong(
            table.place,
            f"{identity!r}, {place!r}, {slug!r}: not all are ids 不都是编号 ({_ID.pattern})",
            'gateway.identity is "<tenant>.<gateway>" as its page shows  与网关页一致',
        )
    made = MeterSettings(
        path=path,
        unit=table.choice("unit", UNITS),
        least_count=table.decimal("least_count"),
        digits=table.number("digits", low=1, high=DIGITS_MAX),
    )
    table.done()
    return made


def _broker(table: Table, username: str) -> BrokerSettings:
    url = table.text("url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("mqtt", "mqtts") or not host:
        table.wrong("url", f"{url!r} is no broker's address 不是地址", "mqtts://HOST:PORT")
    if parts.username or parts.password:
        table.wrong("url", "holds a password 含口令", "put it into password_file 写入 password_file")
    tls = parts.scheme == "mqtts"
    files = {
        name: table.path(name, must_exist=True) if table.has(name) else None
        for name in ("password_file", "ca_file", "certificate_file", "certificate_key_file")
    }
    for name in ("ca_file", "certificate_file", "certificate_key_file"):
        if files[name] and not tls:
            table.wrong(name, "is of no use without TLS 未启用 TLS", "mqtts:// in url")
    return BrokerSettings(
        host=host, port=port or (8883 if tls else 1883), tls=tls, username=username, **files
    )


def _source(table: Table, meters: dict[str, MeterSettings]) -> Source:
    kind = table.choice("kind", tuple(_KINDS))
    name = table.text("name", kind)
    return _KINDS.get(kind, _csv)(table, name, meters)


def _csv(table: Table, name: str, meters: dict[str, MeterSettings]) -> CsvSource:
    columns = table.texts("columns") if table.has("columns") else {}
    for meter in columns:
        _known(table, "columns", meter, meters)
    meter_column = table.text("meter_column", "" if columns else None)
    if columns and meter_column:
        table.wrong(
            "meter_column", "columns and meter_column exclude each other 二者只能取一", "take one out 删一个"
        )
    return CsvSource(
        name=name,
        path=table.path("path"),
        encoding=table.choice("encoding", ENCODINGS, "utf-8"),
        delimiter=table.text("delimiter", ",", pattern=re.compile(r".\Z")),
        time_column=table.text("time_column", "time"),
        time=_time(table),
        columns=columns,
        meter_column=meter_column,
        value_column=table.text("value_column", "value"),
    )


def _order(name: str) -> str:
    return WORD_ORDERS.get(name, name)


def _modbus(table: Table, name: str, meters: dict[str, MeterSettings]) -> ModbusSource:
    def register(one: Table) -> Register:
        return Register(
            meter=_known(one, "meter", one.text("meter"), meters),
            device=one.number("device", 1, low=0, high=255),
            table=one.choice("table", ("holding", "input"), "holding"),
            address=one.number("address", low=0, high=65_535),
            numeric=one.choice("type", NUMERIC),
            order=_order(one.choice("word_order", (*WORD_ORDERS, *ORDERS), "big")),
            scale=one.decimal("scale", "1"),
        )

    return ModbusSource(
        name=name,
        host=table.text("host"),
        port=table.number("port", 502, low=1, high=65_535),
        interval_s=table.seconds("interval_s", 10.0, low=0.05, high=86_400),
        timeout_s=table.seconds("timeout_s", 3.0, low=0.1, high=60),
        registers=tuple(_some(table, "registers", each(table.tables("registers"), register))),
    )


def _opcua(table: Table, name: str, meters: dict[str, MeterSettings]) -> OpcUaSource:
    def node(one: Table) -> Node:
        return Node(
            meter=_known(one, "meter", one.text("meter"), meters),
            node=one.text("node", pattern=re.compile(r"(ns=\d+;)?[isgb]=.+")),
            scale=one.decimal("scale", "1"),
        )

    return OpcUaSource(
        name=name,
        url=table.text("url", pattern=re.compile(r"opc\.tcp://.+")),
        interval_s=table.seconds("interval_s", 10.0, low=0.05, high=86_400),
        timeout_s=table.seconds("timeout_s", 4.0, low=0.1, high=60),
        username=table.text("username", ""),
        password_file=table.path("password_file", must_exist=True) if table.has("password_file") else None,
        security=table.text("security", "", pattern=_SECURITY),
        nodes=tuple(_some(table, "nodes", each(table.tables("nodes"), node))),
    )


def _mqtt(table: Table, name: str, meters: dict[str, MeterSettings]) -> MqttSource:
    def topic(one: Table) -> Bridged:
        return Bridged(
            meter=_known(one, "meter", one.text("meter"), meters),
            topic=one.text("topic", pattern=re.compile(r"[^#+]+\Z")),
            value=one.text("value", ""),
            time=one.text("time", ""),
            form=_time(one),
            scale=one.decimal("scale", "1"),
        )

    return MqttSource(
        name=name,
        broker=_broker(table, table.text("username", "")),
        client_id=table.text("client_id", "tanheng-agent"),
        topics=tuple(_some(table, "topics", each(table.tables("topics"), topic))),
    )


_KINDS: dict[str, Callable[[Table, str, dict[str, MeterSettings]], Source]] = {
    "csv": _csv,
    "modbus": _modbus,
    "opcua": _opcua,
    "mqtt": _mqtt,
}


def _time(table: Table) -> TimeFormat:
    form = table.text("time_format", "iso")
    if form not in TIME_FORMATS and "%" not in form:
        table.wrong("time_format", f"{form!r}", f"{', '.join(TIME_FORMATS)} or 或 %Y-%m-%d %H:%M:%S")
    zone = table.text("time_zone", "Asia/Shanghai")
    try:
        return TimeFormat(form=form, zone=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        table.wrong("time_zone", f"{zone!r} is no time zone 不是时区", '"Asia/Shanghai", "UTC"')
        return TimeFormat(form=form, zone=ZoneInfo("UTC"))


def _known(table: Table, key: str, meter: str, meters: dict[str, MeterSettings]) -> str:
    if meter not in meters:
        table.wrong(
            key, f"{meter!r} has no section 没有小节 [meters.{meter}]", f"known 已有: {', '.join(meters)}"
        )
    return meter


def _some(table: Table, key: str, rows: list[Any]) -> list[Any]:
    if not rows:
        table.wrong(key, "is empty 为空", f"[[sources.{key}]]")
    return rows


def _check_names(top: Table, sources: list[Source]) -> None:
    """A source's place in its file, or what it was sent twice, is kept under its name."""
    names = [source.name for source in sources]
    for name in sorted({name for name in names if names.count(name) > 1}):
        top.wrong("sources", f"two are named 两个同名 {name!r}", 'name = "..." for each 各取名')
