"""Mosquitto with our configuration: one listener on 127.0.0.1, one identity a gateway, rules by identity.

`python -m operations.broker` writes the files, runs Mosquitto as its child, and lets it read the passwords
anew when a gateway was added or revoked. Where Mosquitto is missing it becomes `operations.fallback_broker`.
"""

import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import django
from tanheng.env import Environment

from ingest.passwords import hash_password

log = logging.getLogger("operations.broker")
HOST = "127.0.0.1"
INGEST = "ingest"
POLL_S = 1.0

CONFIGURATION = """\
# Written by operations.broker; changes are lost at the next start.
per_listener_settings false
listener {port} {host}
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/rules
persistence true
persistence_location {folder}/data/
autosave_interval 30
# Mosquitto's defaults (20 and 1000) drop what it has acknowledged when a consumer is away.
max_inflight_messages 20000
max_queued_messages 0
max_queued_bytes {queued_bytes}
max_packet_size 300000
persistent_client_expiration 14d
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
{user}"""
# A gigabyte: two days of 20 plants with 20 meters at one reading in ten seconds.
QUEUED_BYTES = 1024 * 1024 * 1024

RULES = """\
# A gateway writes below its own name and reads its own receipts and commands; nothing else.
pattern write v1/%u/#
pattern read ack/%u/#
pattern read cmd/%u/#

user ingest
topic read v1/#
topic write ack/#
topic write dlq/#
"""


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the broker and the hash of its password."""

    username: str
    password_hash: str


def write_files(*, folder: Path, port: int, logins: list[Login]) -> Path:
    """Writes configuration, rules and passwords; returns the configuration's path."""
    (folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    write_passwords(folder, logins)
    _write(folder / "rules", RULES)
    text = CONFIGURATION.format(
        port=port, host=HOST, folder=folder, queued_bytes=QUEUED_BYTES, user=_unprivileged()
    )
    return _write(folder / "mosquitto.conf", text)


def write_passwords(folder: Path, logins: list[Login]) -> None:
    """The password file, replaced as a whole so that no reader sees half of it."""
    _write(folder / "passwords", "".join(f"{one.username}:{one.password_hash}\n" for one in logins))


def ingest_login(keys: Path) -> Login:
    """Ingest's own sign-in; its password is made once and kept in `keys/mqtt-ingest`, for us alone."""
    path = keys / "mqtt-ingest"
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, secrets.token_urlsafe(24))
    return Login(INGEST, hash_password(path.read_text(encoding="utf-8").strip()))


def gateway_logins() -> list[Login]:
    """The gateways that may sign in, from the database."""
    from ingest.hot.models import BrokerLogin

    rows = BrokerLogin.objects.filter(revoked_at=None).order_by("username")
    return [Login(row.username, row.password_hash) for row in rows]


def registered_logins() -> list[Login] | None:
    """The same, or None while the database is away."""
    from django.db import DatabaseError, InterfaceError, connection

    try:
        return gateway_logins()
    except (DatabaseError, InterfaceError):
        connection.close()
        return None


def _write(path: Path, text: str) -> Path:
    draft = path.with_name(f"{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    return draft.replace(path)


def _unprivileged() -> str:
    """Mosquitto would give up root for a user that cannot read our folder; it is closed to others."""
    return "user root\n" if os.geteuid() == 0 else ""


class Supervised:
    """Mosquitto as a child whose passwords follow the database."""

    def __init__(self, program: str, folder: Path, port: int) -> None:
        self._own = ingest_login(folder.parent / "keys")
        self._folder = folder
        self._logins = [self._own, *(registered_logins() or _known(folder))]
        configuration = write_files(folder=folder, port=port, logins=self._logins)
        self._child = subprocess.Popen([program, "-c", str(configuration)])
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def run(self) -> int:
        """Follows changes until Mosquitto ends; its exit status."""
        while self._child.poll() is None:
            self._follow()
            time.sleep(POLL_S)
        return int(self._child.returncode)

    def _follow(self) -> None:
        gateways = registered_logins()
        # The broker outlives the database; gateways that it knows can go on.
        if gateways is None:
            return
        logins = [self._own, *gateways]
        if logins != self._logins:
            write_passwords(self._folder, logins)
            self._child.send_signal(signal.SIGHUP)
            self._logins = logins
            log.info("%d gateways may sign in", len(logins) - 1)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._child.terminate()


def _known(folder: Path) -> list[Login]:
    """The gateways of the last start, until the database answers."""
    path = folder / "passwords"
    if not path.exists():
        return []
    pairs = (line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return [Login(name, hashed) for name, hashed in pairs if name != INGEST]


def program() -> str | None:
    """Mosquitto's path, or None where it is not installed."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def main() -> int:
    """Runs the broker until it is told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
    django.setup()
    environment = Environment.read()
    found = program()
    if found is None:
        from operations.fallback_broker import main as serve_in_python

        return serve_in_python()
    return Supervised(found, environment.home / "mqtt", environment.mqtt_port).run()


if __name__ == "__main__":
    sys.exit(main())
