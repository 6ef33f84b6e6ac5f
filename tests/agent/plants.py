"""Real servers of a plant on loopback, by the libraries themselves: Modbus TCP and OPC UA."""

import asyncio
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asyncua import Server, ua
from asyncua.common.utils import ServiceError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pymodbus.client import ModbusTcpClient
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.agent.conftest import free_port


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Awaitable[Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)  # type: ignore[arg-type]

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)


@dataclass
class ModbusPlant:
    """A device with 64 registers; `start` and `stop` as often as a test likes."""

    port: int = field(default_factory=free_port)
    loop: Loop = field(default_factory=Loop)
    server: Any = None

    def start(self) -> None:
        async def serve() -> Any:
            data = SimData(address=0, values=[0] * 64, datatype=DataType.REGISTERS)
            server = ModbusTcpServer(SimDevice(1, [data]), address=("127.0.0.1", self.port))
            await server.listen()
            return server

        self.server = self.loop.run(serve())

    def stop(self) -> None:
        self.loop.run(self.server.shutdown())

    def write(self, address: int, layout: str, number: float) -> None:
        packed = struct.pack(layout, number)
        words = [int.from_bytes(packed[n : n + 2], "big") for n in range(0, len(packed), 2)]
        client = ModbusTcpClient("127.0.0.1", port=self.port)
        assert client.connect()
        assert not client.write_registers(address, words, device_id=1).isError()
        client.close()


@contextmanager
def modbus_plant() -> Iterator[ModbusPlant]:
    plant = ModbusPlant()
    plant.start()
    try:
        yield plant
    finally:
        plant.stop()
        plant.loop.stop()


@dataclass
class Secured:
    """A server's certificate and key, and the client that it trusts by its certificate."""

    certificate: Path
    key: Path
    trusted: bytes
    applications: list[str] = field(default_factory=list)

    async def judge(self, certificate: Any, application: Any) -> None:
        """Raises ServiceError for any other client, and where its name is not its certificate's."""
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
        if certificate.public_bytes(serialization.Encoding.DER) != self.trusted:
            raise ServiceError(ua.StatusCodes.BadCertificateUntrusted)
        if application.ApplicationUri not in uris:
            raise ServiceError(ua.StatusCodes.BadCertificateUriInvalid)
        self.applications.append(application.ApplicationUri)


def certified(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for an OPC UA application `urn:<name>`, and its key, both PEM."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"urn:{name}")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


@dataclass
class OpcUaPlant:
    """A server with the variables that a test adds."""

    url: str
    loop: Loop
    server: Any
    space: int
    variables: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, value: object, kind: Any) -> str:
        """The node's id of a new variable."""
        node = f"ns={self.space};s={name}"
        self.variables[name] = self.loop.run(
            self.server.nodes.objects.add_variable(ua.NodeId.from_string(node), name, value, kind)
        )
        return node

    def write(self, name: str, value: object, *, status: int = 0) -> None:
        kind = self.loop.run(self.variables[name].read_data_type_as_variant_type())
        data = ua.DataValue(ua.Variant(value, kind), ua.StatusCode(status))
        self.loop.run(self.variables[name].write_value(data))

    def stop(self) -> None:
        self.loop.run(self.server.stop())


@contextmanager
def opcua_plant(secured: Secured | None = None) -> Iterator[OpcUaPlant]:
    """A server; where `secured` is given, one that takes nothing but Basic256Sha256, signed and encrypted."""
    loop = Loop()
    url = f"opc.tcp://127.0.0.1:{free_port()}/plant"

    async def serve() -> tuple[Any, int]:
        server = Server()
        await server.init()
        server.set_endpoint(url)
        if secured is None:
            server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        else:
            server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
            await server.load_certificate(secured.certificate)
            await server.load_private_key(secured.key)
            server.set_certificate_validator(secured.judge)
        space = await server.register_namespace("urn:plant")
        await server.start()
        return server, space

    server, space = loop.run(serve())
    plant = OpcUaPlant(url, loop, server, space)
    try:
        yield plant
    finally:
        plant.stop()
        loop.stop()


@dataclass
class Relay:
    """A wire to a server that can be cut and mended."""

    target: int
    loop: Loop
    port: int = field(default_factory=free_port)
    ends: list[asyncio.StreamWriter] = field(default_factory=list)
    server: Any = None

    def mend(self) -> None:
        self.server = self.loop.run(asyncio.start_server(self._serve, "127.0.0.1", self.port))

    def cut(self) -> None:
        async def end() -> None:
            self.server.close()
            for writer in self.ends:
                writer.transport.abort()
            self.ends.clear()

        self.loop.run(end())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        self.ends += [writer, back]
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer), return_exceptions=True)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while content := await reader.read(65_536):
        writer.write(content)
        await writer.drain()
    writer.close()


def in_thread(run: Callable[[threading.Event], None]) -> tuple[threading.Event, threading.Thread]:
    """A reader at work; set the event, then join the thread."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,), daemon=True)
    thread.start()
    return stop, thread
