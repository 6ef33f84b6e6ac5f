"""An agent as a process that can be killed: for drills and tests. Writes its files, starts it, kills it."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proof.batches import GatewayKey, public_key

from agent.keys import load_key, make_key

_CONFIGURATION = """\
[gateway]
identity = "{identity}"
plant = "{plant}"
[broker]
url = "mqtt://{host}:{port}"
password_file = "broker.password"
[batch]
readings = {readings}
seconds = 1.0
"""
_METER = """\
[meters.{meter}]
unit = "{unit}"
least_count = "{least_count}"
digits = {digits}
"""
_CSV = """\
[[sources]]
kind = "csv"
path = "{path}"
time_format = "epoch_ms"
meter_column = "meter"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialMeter:
    """A meter as the platform has it."""

    meter: str
    unit: str
    least_count: str
    digits: int


@dataclass(slots=True)
class AgentProcess:
    """An agent in a folder of its own; it follows `readings.csv` (time, meter, value) there."""

    folder: Path
    readings_per_batch: int = 100
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def configuration(self) -> Path:
        return self.folder / "agent.toml"

    @property
    def csv(self) -> Path:
        return self.folder / "readings.csv"

    def key(self) -> GatewayKey:
        """The public half to register; the pair is made at the first call."""
        path = self.folder / "gateway.key"
        return public_key(load_key(path)) if path.exists() else make_key(path)

    def prepare(
        self,
        *,
        identity: str,
        password: str,
        plant: str,
        port: int,
        meters: Sequence[TrialMeter],
        source: str | None = None,
    ) -> None:
        """Writes configuration and password. source: the text of the sources, instead of the CSV."""
        self.key()
        secret = self.folder / "broker.password"
        secret.touch(mode=0o600)
        secret.write_text(password, encoding="utf-8")
        head = _CONFIGURATION.format(
            identity=identity, plant=plant, host="127.0.0.1", port=port, readings=self.readings_per_batch
        )
        parts = [
            _METER.format(**{name: getattr(one, name) for name in TrialMeter.__slots__}) for one in meters
        ]
        text = head + "".join(parts) + (_CSV.format(path=self.csv.name) if source is None else source)
        self.configuration.write_text(text, encoding="utf-8")
        if source is None and not self.csv.exists():
            self.csv.write_text("time,meter,value\n", encoding="utf-8")

    def add(self, rows: Sequence[tuple[int, str, str]]) -> None:
        """Appends readings (ms UTC, meter, value) to the CSV file, as a plant's recorder would."""
        with self.csv.open("a", encoding="utf-8") as file:
            file.writelines(f"{ts_ms},{meter},{value}\n" for ts_ms, meter, value in rows)

    def start(self, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
        """Starts `python -m agent`; its words go to `agent.log`."""
        command = [sys.executable, "-m", "agent", *(words or ("--config", str(self.configuration)))]
        options: dict[str, Any] = {"env": {**os.environ, **environment}}
        with (self.folder / "agent.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **options)
        return self._process

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self, *, timeout_s: float = 20.0) -> int:
        """Asks it to end; its exit status."""
        if self._process is None:
            return 0
        self._process.terminate()
        status, self._process = self._process.wait(timeout_s), None
        return status

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None
