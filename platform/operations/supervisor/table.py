"""Which processes make the product (docs/seams.md, section 1), as data, in the order they start."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from ledger.network import Network
from tanheng.env import REPOSITORY, Environment

from .process import Probe, Process, Stage, Step, Upkeep, alive, answers, listening, subscribed

HOST = "127.0.0.1"
ORGANISATIONS = ("enterprise", "auditor", "regulator")
# Offsets from the orderer's port: peers 1 to 3, further real orderers 4 to 6, the interfaces by which they
# join a channel 7 to 10, chaincodes 11 to 13.
FIRST_PEER, FIRST_MORE_ORDERER, FIRST_ADMINISTRATION, FIRST_CHAINCODE = 1, 4, 7, 11
# Certificates are renewed two months before they end: four times a day is soon enough, and costs a second.
UPKEEP_EVERY_S = 6 * 3600.0
MANAGE = str(REPOSITORY / "platform" / "manage.py")


def product(environment: Environment, *, with_ledger: bool = True) -> list[Stage]:
    """Every stage of `tanheng up`; without the ledger where `network up` already runs it."""
    stages: list[Stage] = [*_database(environment), *(ledger(environment) if with_ledger else [])]
    return [*stages, *_broker(environment), _services(environment)]


def ledger(environment: Environment) -> list[Stage]:
    """The network of the engine that the settings name: material first, then chaincodes and nodes.

    Raises ProgramsMissing where the engine is real Fabric and its programs are not there.
    """
    if environment.ledger_engine == "fabric":
        from .real_network import stages

        return stages(environment)
    home, base = str(environment.home), environment.ledger_port
    nodes = [
        Process(
            name="orderer",
            command=_python("localnet.order", "--home", home),
            ready=listening(HOST, base),
            port=base,
        )
    ]
    for number, organisation in enumerate(ORGANISATIONS):
        peer, chaincode = base + FIRST_PEER + number, base + FIRST_CHAINCODE + number
        nodes.append(
            Process(
                name=f"chaincode-{organisation}",
                command=_python("chaincode.server", "--address", f"{HOST}:{chaincode}"),
                ready=listening(HOST, chaincode),
                port=chaincode,
            )
        )
        nodes.append(
            Process(
                name=f"peer-{organisation}",
                command=_peer(home, organisation, environment),
                ready=listening(HOST, peer),
                port=peer,
            )
        )
    material = Step(name="ledger material", command=_python("operations.ledger_material"))
    return [material, tuple(nodes)]


def upkeep() -> tuple[Upkeep, ...]:
    """What runs now and then beside what is up: certificates that expire soon are renewed."""
    return (
        Upkeep(name="ledger upkeep", command=_python("operations.ledger_upkeep"), every_s=UPKEEP_EVERY_S),
    )


def own_part(network: Network, organisation: str, environment: Environment) -> list[Stage]:
    """One organisation's nodes alone: chaincode, peer, and the orderer where it runs that."""
    from ledger.material import ORDERER_ORGANISATION

    home, own = str(network.home), network.organisation(organisation)
    nodes = [
        Process(
            name=f"chaincode-{organisation}",
            command=_python("chaincode.server", "--address", own.chaincode),
            ready=_listening_at(own.chaincode),
        ),
        Process(
            name=f"peer-{organisation}",
            command=_peer(home, organisation, environment),
            ready=_listening_at(own.peer),
        ),
    ]
    if organisation == ORDERER_ORGANISATION:
        # It listens as soon as two peers have told it their heights: the others may start later.
        nodes.append(Process(name="orderer", command=_python("localnet.order", "--home", home), ready=alive))
    return [tuple(nodes)]


def _peer(home: str, organisation: str, environment: Environment) -> tuple[str, ...]:
    strict = ("--strict",) if environment.ledger_peer_sync == "strict" else ()
    timeout = ("--execute-timeout", str(environment.ledger_execute_s))
    return _python("localnet.peer", "--home", home, "--org", organisation, *timeout, *strict)


def _listening_at(address: str) -> Probe:
    host, _, port = address.rpartition(":")
    return listening(host, int(port))


def _database(environment: Environment) -> list[Stage]:
    stages: list[Stage] = []
    if not environment.database_url:
        postgres = Process(
            name="postgres",
            command=_python("operations.embedded_postgres"),
            ready=_database_answers(environment),
            stop_signal=signal.SIGINT,
            stop_within_s=20.0,
        )
        stages.append((postgres, *_influx(environment)))
    elif influx := _influx(environment):
        stages.append(influx)
    return [*stages, Step(name="migrations", command=_manage("prepare_database"))]


def _influx(environment: Environment) -> tuple[Process, ...]:
    """The home's own InfluxDB, where it has one. Raises EnvironmentError_ where its program is gone."""
    from operations import influx

    if not influx.wanted(environment):
        return ()

    async def ready() -> bool:
        return await asyncio.to_thread(influx.is_ready, environment)

    made = Process(
        name="influx",
        command=_python("operations.influx"),
        ready=ready,
        port=environment.influx_port,
        stop_within_s=20.0,
    )
    return (made,)


def _database_answers(environment: Environment) -> Probe:
    from operations import embedded_postgres

    async def probe() -> bool:
        socket, name = environment.postgres_socket, environment.database_name
        return await asyncio.to_thread(embedded_postgres.answers, socket, name)

    return probe


def _broker(environment: Environment) -> list[Stage]:
    if environment.mqtt_url:
        return []
    port = environment.mqtt_port
    broker = Process(
        name="broker", command=_python("operations.broker"), ready=listening(HOST, port), port=port
    )
    return [(broker,)]


def _services(environment: Environment) -> tuple[Process, ...]:
    web = Process(
        name="web",
        command=_python("tanheng.serve"),
        ready=answers(f"http://{HOST}:{environment.port}/healthz"),
        port=environment.port,
    )
    return (
        web,
        Process(name="ingest", command=_python("ingest.worker"), ready=_ingest_ready(environment)),
        Process(name="hours", command=_python("ingest.hour_worker")),
        Process(name="tasks", command=_python("tanheng.task_worker")),
        Process(name="relay", command=_manage("relay_outbox")),
        Process(name="follower", command=_manage("follow_ledger")),
        Process(name="clock", command=_manage("session_clock")),
    )


def _ingest_ready(environment: Environment) -> Probe:
    """Until ingest has subscribed once, the broker keeps nothing for it; then it does, whoever restarts.

    A broker of somebody else's may be away when we start; the pages are to come up all the same.
    """
    if environment.mqtt_url:
        return alive
    return subscribed(environment.home / "run" / "ingest.json")


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _manage(command: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, MANAGE, command, *arguments)


def root() -> Path:
    """The folder every process starts in."""
    return REPOSITORY
