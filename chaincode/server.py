"""`python -m chaincode.server --address HOST:PORT`: the chaincode as a service of one organisation."""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import ssl
import sys
from pathlib import Path

from grpclib.server import Server

from chaincode.runtime import Runtime

# Open streams have been told to end before: what is left after this is cut.
GRACE_S = 0.2
# Collections of young objects show in the tail: each call makes many short-lived messages, and keeps none.
GC_THRESHOLD = 50_000


def main(arguments: list[str] | None = None) -> int:
    """Serves until SIGTERM or SIGINT; 1 when the address cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m chaincode.server", description=main.__doc__)
    parser.add_argument("--address", required=True, metavar="HOST:PORT", help="where the peer dials in")
    parser.add_argument(
        "--id",
        default=os.environ.get("CHAINCODE_ID", "carbon"),
        metavar="PACKAGE",
        help="package id to register as; by default CHAINCODE_ID",
    )
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="server certificate; without it no TLS")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its key")
    parser.add_argument(
        "--tls-client-roots", type=Path, metavar="FILE", help="authorities of peers (mutual TLS)"
    )
    parser.add_argument("--log-level", default="INFO", choices=("DEBUG", "INFO", "WARNING"))
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=chosen.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
    tls = _tls(chosen.tls_cert, chosen.tls_key, chosen.tls_client_roots)
    return asyncio.run(serve(address=chosen.address, package_id=chosen.id, tls=tls))


async def serve(*, address: str, package_id: str = "carbon", tls: ssl.SSLContext | None = None) -> int:
    """Serves until SIGTERM or SIGINT, then ends streams and stops; 1 when the address cannot be had."""
    runtime = Runtime(package_id)
    server = Server([runtime])
    host, _, port = address.rpartition(":")
    try:
        await server.start(host.strip("[]"), int(port), ssl=tls)
    except OSError as error:
        sys.stderr.write(f"cannot listen on {address}: {error}\n")
        return 1
    logging.getLogger(__name__).info("serving %s on %s", package_id, address)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await runtime.stop()
    server.close()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(server.wait_closed(), GRACE_S)
    return 0


def _tls(cert: Path | None, key: Path | None, roots: Path | None) -> ssl.SSLContext | None:
    """TLS of the server; with `roots` a peer must show a certificate of theirs."""
    if cert is None or key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    context.set_alpn_protocols(["h2"])
    if roots is not None:
        context.load_verify_locations(roots)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


if __name__ == "__main__":
    sys.exit(main())
