"""Mosquitto with our configuration: one identity a gateway, rules by identity, TLS where it is asked for.

`python -m operations.broker` writes the files, runs Mosquitto as its child, and lets it read passwords, rules
and revoked certificates anew when a gateway was added or revoked, without a restart. Where Mosquitto is
missing it becomes `operations.fallback_broker`.
"""

import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TypeVar

import django
from django.conf import settings
from tanheng.env import Environment

from ingest.passwords import hash_password
from ingest.session import FORMERLY, session_name
from operations.broker_sightings import Sightings

log = logging.getLogger("operations.broker")
T = TypeVar("T")
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
max_inflight_messages 65535
max_queued_messages 0
max_queued_bytes {queued_bytes}
max_packet_size 300000
persistent_client_expiration 14d
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages true
{user}"""
# Certificates come to the first, passwords to the second; both by TLS 1.2 or newer.
TLS_LISTENERS = """\
listener {port} {host}
cafile {folder}/authority.pem
certfile {folder}/broker.pem
keyfile {folder}/broker.key
crlfile {folder}/revoked.pem
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
listener {next_port} {host}
cafile {folder}/authority.pem
certfile {folder}/broker.pem
keyfile {folder}/broker.key
tls_version tlsv1.2
"""
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


@dataclass(frozen=True, slots=True)
class Admission:
    """Who may sign in: passwords by name, names that may do no more, ended certificates (serial, name)."""

    logins: tuple[Login, ...]
    gone: tuple[str, ...] = ()
    ended: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tls:
    """Where gateways come by TLS; hosts: the broker's names, bound to the first."""

    port: int
    hosts: tuple[str, ...]
    keys: Path


def write_files(
    *,
    folder: Path,
    port: int,
    logins: Sequence[Login],
    ended: Admission | None = None,
    tls: Tls | None = None,
) -> Path:
    """Writes configuration, rules, passwords and certificates; returns the configuration's path."""
    (folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
    write_admission(folder, ended or Admission(tuple(logins)), tls)
    text = CONFIGURATION.format(
        port=port, host=HOST, folder=folder, queued_bytes=QUEUED_BYTES, user=_unprivileged()
    )
    if tls is not None:
        _write_broker_certificate(folder, tls)
        text += TLS_LISTENERS.format(port=tls.port, next_port=tls.port + 1, host=tls.hosts[0], folder=folder)
    return _write(folder / "mosquitto.conf", text)


def write_admission(folder: Path, admission: Admission, tls: Tls | None) -> None:
    """What Mosquitto reads anew on SIGHUP. A name that is gone is also denied what it is connected for."""
    write_passwords(folder, list(admission.logins))
    denied = "".join(f"\nuser {name}\ntopic deny #\n" for name in admission.gone)
    _write(folder / "rules", RULES + denied)
    if tls is not None:
        from ingest.authority import revocations
        from ingest.services.certificates import authority

        serials = [serial for serial, _ in admission.ended]
        made = revocations(authority(tls.keys), serials, at=datetime.now(UTC))
        _write(folder / "revoked.pem", made.decode())


def _write_broker_certificate(folder: Path, tls: Tls) -> None:
    """The broker's own, new at each start: it is never older than the process that shows it."""
    from ingest.authority import issue_broker
    from ingest.services.certificates import authority

    own = authority(tls.keys)
    made = issue_broker(own, tls.hosts)
    _write(folder / "authority.pem", own.certificate_pem.decode())
    _write(folder / "broker.key", made.key_pem.decode())
    _write(folder / "broker.pem", made.certificate_pem.decode())


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
    return _asked(gateway_logins)


def registered(own: Login) -> Admission | None:
    """Who may sign in besides ingest itself, as the database has it; None while it is away."""

    def ask() -> Admission:
        from ingest.hot.models import BrokerLogin
        from ingest.services.certificates import revoked

        gone = BrokerLogin.objects.exclude(revoked_at=None).order_by("username")
        names = tuple(gone.values_list("username", flat=True))
        return Admission((own, *gateway_logins()), names, tuple(revoked()))

    return _asked(ask)


def _asked(ask: Callable[[], T]) -> T | None:
    from django.db import DatabaseError, InterfaceError, connection

    try:
        return ask()
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

    def __init__(self, program: str, folder: Path, port: int, tls: Tls | None = None) -> None:
        self._own = ingest_login(folder.parent / "keys")
        self._folder, self._tls, self._port = folder, tls, port
        self._admission = registered(self._own) or Admission((self._own, *_known(folder)))
        configuration = write_files(
            folder=folder, port=port, logins=self._admission.logins, ended=self._admission, tls=tls
        )
        self._child = subprocess.Popen([program, "-c", str(configuration)], stderr=subprocess.PIPE)
        assert self._child.stderr is not None  # noqa: S101 (it is a pipe)
        self._sightings = Sightings(self._child.stderr, own=INGEST, session=session_name(settings.SECRET_KEY))
        self._formerly: tuple[bytes, ...] = (FORMERLY,)
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)

    def run(self) -> int:
        """Follows changes until Mosquitto ends; its exit status."""
        while self._child.poll() is None:
            self._follow()
            time.sleep(POLL_S)
        return int(self._child.returncode)

    def _follow(self) -> None:
        self._keep_sightings()
        if self._formerly and self._put_out(self._formerly):
            self._formerly = ()
        admission = registered(self._own)
        # The broker outlives the database; gateways that it knows can go on.
        if admission is None or admission == self._admission:
            return
        write_admission(self._folder, admission, self._tls)
        self._child.send_signal(signal.SIGHUP)
        ended = {name for _, name in set(admission.ended) - set(self._admission.ended)}
        self._admission = admission
        log.info("%d gateways may sign in by password", len(admission.logins) - 1)
        for name in sorted(ended):
            if not self._put_out(self._sightings.clients_of(name)):
                log.warning("not every client of %s could be put out", name)

    def _put_out(self, clients: Iterable[bytes]) -> bool:
        """Ends sessions and their connections; who may still sign in comes again. Whether all were ended."""
        from operations.broker_takeover import put_out

        password = (self._folder.parent / "keys" / "mqtt-ingest").read_text(encoding="utf-8").strip()
        kept = [one for one in clients if not put_out(self._port, one, username=INGEST, password=password)]
        return not kept

    def _keep_sightings(self) -> None:
        from ingest.services.sightings import note

        _asked(lambda: self._sightings.keep(note))

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
    tls = None
    if environment.mqtt_tls_port:
        tls = Tls(environment.mqtt_tls_port, environment.mqtt_tls_hosts, environment.home / "keys")
    return Supervised(found, environment.home / "mqtt", environment.mqtt_port, tls).run()


if __name__ == "__main__":
    sys.exit(main())
