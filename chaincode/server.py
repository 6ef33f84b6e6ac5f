"""`python -m chaincode.server --address HOST:PORT`: the chaincode as a service of one organisation."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path

import grpc

from chaincode.runtime import Runtime, options

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
    credentials = _credentials(chosen.tls_cert, chosen.tls_key, chosen.tls_client_roots)
    return asyncio.run(serve(address=chosen.address, package_id=chosen.id, credentials=credentials))


async def serve(
    *, address: str, package_id: str = "carbon", credentials: grpc.ServerCredentials | None = None
) -> int:
    """Serves until SIGTERM or SIGINT, then ends streams and stops; 1 when the address cannot be had."""
    runtime = Runtime(package_id)
    server = grpc.aio.server(options=options())
    runtime.register(server)
    try:
        if credentials is None:
            server.add_insecure_port(address)
        else:
            server.add_secure_port(address, credentials)
    except RuntimeError as error:
        sys.stderr.write(f"cannot listen on {address}: {error}\n")
        return 1
    await server.start()
    logging.getLogger(__name__).info("serving %s on %s", package_id, address)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await runtime.stop()
    await server.stop(GRACE_S)
    return 0


def _credentials(cert: Path | None, key: Path | None, roots: Path | None) -> grpc.ServerCredentials | None:
    if cert is None or key is None:
        return None
    return grpc.ssl_server_credentials(
        [(key.read_bytes(), cert.read_bytes())],
        root_certificates=roots.read_bytes() if roots else None,
        require_client_auth=roots is not None,
    )


if __name__ == "__main__":
    sys.exit(main())
