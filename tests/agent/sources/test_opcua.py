"""OPC UA against asyncua's own server: numbers of each kind, bad status, unknown node, a server that goes."""

from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asyncua import ua
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from agent.intake import Intake
from agent.settings import Node, OpcUaSource
from agent.sources.opcua import OpcUaReader
from agent.sources.port import Unreadable
from agent.words import Notice
from tests.agent.conftest import Told, free_port, wait_for
from tests.agent.memory import LIMIT_MB, SOURCES, use_of
from tests.agent.plants import OpcUaPlant, Relay, Secured, certified, in_thread, modbus_plant, opcua_plant


def reader(
    plant: OpcUaPlant, intake: Intake, told: Told, nodes: dict[str, str], *, security: str = ""
) -> OpcUaReader:
    source = OpcUaSource(
        name="gas",
        url=plant.url,
        interval_s=0.1,
        timeout_s=2.0,
        username="",
        password_file=None,
        security=security,
        nodes=tuple(Node(meter=meter, node=node, scale=Decimal(1)) for meter, node in nodes.items()),
    )
    return OpcUaReader(source, intake.meters, intake, told.tell)


def test_integers_are_exact_and_floats_are_rounded_to_the_least_count(
    opcua_server: OpcUaPlant, intake: Intake, told: Told
) -> None:
    nodes = {
        "energy-a": opcua_server.add("Total", 2**63 + 5, ua.VariantType.UInt64),
        "energy-b": opcua_server.add("Float", 1234.56, ua.VariantType.Float),
    }
    stop, thread = in_thread(reader(opcua_server, intake, told, nodes).run)
    wait_for(lambda: intake.taken >= 4)
    stop.set()
    thread.join(10)
    rows = intake.spool._ask("select distinct meter, value from reading order by meter", ())
    assert [value for _, value in rows] == [str(2**63 + 5), "1234.56"]


def test_a_bad_status_text_and_an_unknown_node_are_told_and_become_no_reading(
    opcua_server: OpcUaPlant, intake: Intake, told: Told
) -> None:
    good = opcua_server.add("Good", 1, ua.VariantType.Int64)
    made = reader(opcua_server, intake, told, {"energy-a": good})
    assert [one.value for one in made.probe()] == ["1"]
    opcua_server.write("Good", 2, status=ua.StatusCodes.BadSensorFailure)
    with pytest.raises(Unreadable, match="BadSensorFailure"):
        made.probe()
    text = opcua_server.add("Text", "17", ua.VariantType.String)
    made.close()
    for node, words in ((text, "no number"), ("ns=2;s=Nowhere", "BadNodeIdUnknown")):
        other = reader(opcua_server, intake, told, {"energy-a": node})
        with closing(other), pytest.raises(Unreadable, match=words):
            other.probe()


def test_a_server_that_wants_signed_and_encrypted_requests_gets_them(
    intake: Intake, told: Told, tmp_path: Path
) -> None:
    (mine, my_key), (theirs, their_key) = certified(tmp_path, "gateway"), certified(tmp_path, "plant")
    stranger, stranger_key = certified(tmp_path, "stranger")
    trusted = x509.load_pem_x509_certificate(mine.read_bytes()).public_bytes(Encoding.DER)
    secured = Secured(theirs, their_key, trusted)
    words = "Basic256Sha256,SignAndEncrypt"
    with opcua_plant(secured) as plant:
        nodes = {"energy-a": plant.add("Safe", 4_711, ua.VariantType.Int64)}
        good = reader(plant, intake, told, nodes, security=f"{words},{mine},{my_key},{theirs}")
        with closing(good):
            assert [one.value for one in good.probe()] == ["4711"]
        assert secured.applications == ["urn:gateway"]
        pinned_to_another = f"{words},{mine},{my_key},{stranger}"
        for security in ("", f"{words},{stranger},{stranger_key}", pinned_to_another):
            other = reader(plant, intake, told, nodes, security=security)
            with closing(other), pytest.raises(ConnectionError):
                other.probe()


def test_a_server_is_told_once_when_it_is_away_and_read_on_when_it_is_back(
    opcua_server: OpcUaPlant, intake: Intake, told: Told
) -> None:
    node = opcua_server.add("Wired", 10, ua.VariantType.Int64)
    address = urlsplit(opcua_server.url)
    relay = Relay(address.port or 0, opcua_server.loop)
    relay.mend()
    wired = replace(opcua_server, url=f"opc.tcp://127.0.0.1:{relay.port}{address.path}")
    stop, thread = in_thread(reader(wired, intake, told, {"energy-a": node}).run)
    wait_for(lambda: intake.taken >= 1)
    relay.cut()
    wait_for(lambda: Notice.SOURCE_AWAY in told.names())
    before = intake.taken
    relay.mend()
    wait_for(lambda: intake.taken > before)
    stop.set()
    thread.join(15)
    assert not thread.is_alive()
    relay.cut()


def test_an_agent_with_all_four_sources_and_readings_waiting_stays_under_80_mb(
    opcua_server: OpcUaPlant, tmp_path: Path
) -> None:
    node = opcua_server.add("Memory", 10, ua.VariantType.Int64)
    with modbus_plant() as plant:
        sources = SOURCES.format(modbus=plant.port, mqtt=free_port(), url=opcua_server.url, node=node)
        use = use_of(tmp_path / "gw", sources, rows=5_000)
    assert use.rss_mb < LIMIT_MB
    assert use.cpu_share < 0.5, "of one core, while it only polls"
