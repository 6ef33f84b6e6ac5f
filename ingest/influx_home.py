"""Where a home's own InfluxDB lies and how it or another is reached; `operations.influx` runs the own one."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

ORGANISATION, BUCKET = "tanheng", "readings"
PORT = 8086


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One bucket of an InfluxDB, as INFLUX_URL names it; token and names as they are, not quoted."""

    scheme: str
    host: str
    port: int
    organisation: str
    token: str = field(repr=False)
    bucket: str

    @classmethod
    def parse(cls, url: str) -> "Address":
        """From http[s]://ORG:TOKEN@HOST:PORT/BUCKET. Raises ValueError."""
        parts = urlsplit(url)
        bucket = parts.path.strip("/")
        if not (parts.hostname and parts.username and parts.password and bucket):
            raise ValueError("INFLUX_URL takes http://ORG:TOKEN@HOST:PORT/BUCKET")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or PORT,
            organisation=unquote(parts.username),
            token=unquote(parts.password),
            bucket=bucket,
        )

    @property
    def server(self) -> str:
        """Where it listens, without names and token."""
        return f"{self.scheme}://{_bracketed(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        """The whole as a setting."""
        signs = f"{quote(self.organisation, safe='')}:{quote(self.token, safe='')}"
        return f"{self.scheme}://{signs}@{_bracketed(self.host)}:{self.port}/{self.bucket}"

    def at(self, port: int, host: str = "127.0.0.1") -> "Address":
        """The same by way of another port, such as that of a wire to it."""
        return replace(self, host=host, port=port)

    def with_bucket(self, bucket: str) -> "Address":
        """Another bucket of the same organisation."""
        return replace(self, bucket=bucket)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def place(home: Path) -> Path:
    """The server's folder."""
    return home / "influx"


def token_path(home: Path) -> Path:
    """Its token; where this file is, the home keeps its readings in InfluxDB."""
    return home / "keys" / "influx"


def series_url(*, home: Path, series: str, influx_url: str, influx_port: int) -> str:
    """The address of the InfluxDB that holds the readings, as INFLUX_URL has it; empty: PostgreSQL does.

    The arguments are the settings of those names.
    """
    if series == "embedded":
        return ""
    if influx_url:
        return influx_url
    path = token_path(home)
    if not path.exists():
        return ""
    token = path.read_text(encoding="utf-8")
    return f"http://{ORGANISATION}:{token}@127.0.0.1:{influx_port}/{BUCKET}"
