"""Where a home's own InfluxDB lies and how it is reached; `operations.influx` runs it."""

from pathlib import Path

ORGANISATION, BUCKET = "tanheng", "readings"


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
