"""`python -m tanheng.serve`: the web process, on 127.0.0.1 only."""

import logging
import os

import uvicorn

from tanheng.env import Environment

HOST = "127.0.0.1"
# Frames that come in are small; the largest that go out have 64 kB.
SOCKET_BYTES_MAX = 64 * 1024
STOP_S = 5


def main() -> None:
    """Serve until a signal; open pages are told to come back. Codes stand in addresses: no access log."""
    environment = Environment.read()
    sign_in(environment)
    uvicorn.run(
        "tanheng.asgi:application",
        host=HOST,
        port=environment.port,
        ws="websockets-sansio",
        ws_max_size=SOCKET_BYTES_MAX,
        lifespan="on",
        access_log=False,
        server_header=False,
        log_level=environment.log_level.lower(),
        timeout_graceful_shutdown=STOP_S,
        forwarded_allow_ips="127.0.0.1",
    )


def sign_in(environment: Environment) -> None:
    """This process meets the database as its own login, before anything of Django's is made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    from django.conf import settings  # noqa: PLC0415 (the environment names them)

    from tanheng.settings import database  # noqa: PLC0415

    if not environment.web_login()[0]:
        logging.getLogger(__name__).warning(
            "TANHENG_WEB_DATABASE_URL is not set: this process signs in as the owner of the tables, "
            "whom their row-level security does not bind."
        )
    settings.DATABASES["default"] = database(environment, web=True)


if __name__ == "__main__":
    main()
