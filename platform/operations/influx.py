"""InfluxDB as a child of the product: `python -m operations.influx` sets it up once and becomes it.

It runs where `INFLUXD_BIN` or PATH has an `influxd` and the home keeps its readings there; a home that began
without one stays with PostgreSQL, because a store is not changed under the readings that it holds.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tanheng.env import Environment, EnvironmentError_

from ingest.influx_home import BUCKET, ORGANISATION, place, token_path

HOST = "127.0.0.1"
SET_UP_WITHIN_S = 60.0
PASSWORD_BYTES = 24


def program(environment: Environment) -> str | None:
    """The server's path: the setting (the program or its folder), else PATH; None where neither has one."""
    if environment.influxd_bin:
        at = Path(environment.influxd_bin)
        return shutil.which("influxd", path=str(at)) if at.is_dir() else shutil.which(at)
    return shutil.which("influxd")


def wanted(environment: Environment) -> bool:
    """Whether this home keeps its readings in an InfluxDB of its own.

    Raises EnvironmentError_ where it does and there is no program, or none where one is asked for.
    """
    if environment.influx_url or environment.series == "embedded":
        return False
    found, kept = program(environment), token_path(environment.home).exists()
    if kept or environment.series == "influx":
        if found is None:
            raise EnvironmentError_(
                f"{environment.home} keeps its readings in InfluxDB, and there is no influxd: "
                "set INFLUXD_BIN to its path."
            )
        return True
    return found is not None and not (environment.home / "pg").exists()


def is_ready(environment: Environment) -> bool:
    """Whether it is set up and answers."""
    with contextlib.suppress(OSError, ValueError):
        request = urllib.request.Request(
            f"http://{HOST}:{environment.influx_port}/api/v2/buckets?name={BUCKET}",
            headers={"Authorization": f"Token {token_path(environment.home).read_text(encoding='utf-8')}"},
        )
        with urllib.request.urlopen(request, timeout=2) as answer:  # noqa: S310 (our own server)
            return bool(json.loads(answer.read()).get("buckets"))
    return False


def command(server: str, *, folder: Path, port: int) -> Sequence[str]:
    """The server's words: everything below one folder, one address, nothing told to its maker."""
    return [
        server,
        "--http-bind-address", f"{HOST}:{port}",
        "--bolt-path", str(folder / "influxd.bolt"),
        "--sqlite-path", str(folder / "influxd.sqlite"),
        "--engine-path", str(folder / "engine"),
        "--reporting-disabled",
        "--log-level", "warn",
    ]  # fmt: skip


def set_up(port: int, token: str, *, within_s: float = SET_UP_WITHIN_S) -> None:
    """Organisation, bucket and token of a new server; of one that has them, nothing. Raises TimeoutError."""
    body = {
        "username": ORGANISATION,
        "password": secrets.token_urlsafe(PASSWORD_BYTES),
        "org": ORGANISATION,
        "bucket": BUCKET,
        "token": token,
        "retentionPeriodSeconds": 0,
    }
    address = f"http://{HOST}:{port}/api/v2/setup"
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            with urllib.request.urlopen(address, timeout=5) as answer:
                if not json.loads(answer.read())["allowed"]:
                    return
            text = json.dumps(body).encode()
            request = urllib.request.Request(address, text, {"Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 (our own server)
            return
        time.sleep(0.2)
    raise TimeoutError(f"InfluxDB does not answer at port {port}")


def _kept_token(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(PASSWORD_BYTES), encoding="utf-8")
        draft.replace(path)
    return path.read_text(encoding="utf-8")


def main() -> None:
    """Sets up in a process of its own, which ends; this one becomes the server."""
    environment = Environment.read()
    server = program(environment)
    if server is None:
        sys.exit("There is no influxd: set INFLUXD_BIN to its path.")
    token = _kept_token(token_path(environment.home))
    if os.fork() == 0:
        try:
            set_up(environment.influx_port, token)
        finally:
            os._exit(0)
    folder = place(environment.home)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # influxd would write below the home of the person who started us.
    os.execve(  # noqa: S606 (the program of the settings)
        server,
        list(command(server, folder=folder, port=environment.influx_port)),
        os.environ | {"HOME": str(folder)},
    )


if __name__ == "__main__":
    main()
