"""`python -m operations.drills.readings_load`: a gateway with 40 meters and its own integer truth.

Provisions itself on the site of its environment, says so with a file, then sends signed batches until another
file tells it to end and it has sent 200,000 readings. Its last line counts what it did; the truth file has
every reading as (ts, count, seq).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanheng.env import REPOSITORY

from ingest.mqtt import Broker
from ingest.simulation.device import Device, Sample, gateway_key
from operations.drills.readings_plant import plant_text

PLANT = "crowd"
READINGS = 200_000
PER_BATCH = 100
STEP_MS = 20_000
# A day in whose middle the gateway's blocks go out in disorder.
BLOCKS, BLOCK_STEP_MS = 24, 60_000
BLOCK = 20
AGAIN = 300
# 2,000 readings a second leave the machine room for what dies and comes back.
PER_S = 2_000.0
DAYS_BACK = 100
FLUSH_S = 240.0


@dataclass
class Truth:
    """What each meter counted: (ts, count, seq), and the register's last state."""

    readings: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def block(self, meter: str, times: list[int], chance: random.Random, seq0: int) -> list[Sample]:
        """The next readings of a meter at these instants, its register rising with each."""
        made, count = [], self.counts.get(meter, 1_000)
        for seq, ts in enumerate(times, start=seq0):
            count += chance.randrange(40)
            self.readings.setdefault(meter, []).append((ts, count, seq))
            made.append(Sample(ts, f"{count // 100}.{count % 100:02d}"))
        self.counts[meter] = count
        return made


@dataclass
class Gateway:
    """The load: `device` publishes, `truth` remembers."""

    device: Device
    meters: list[str]
    chance: random.Random
    start_ms: int
    truth: Truth = field(default_factory=Truth)
    seqs: dict[str, int] = field(default_factory=dict)
    kept: list[tuple[str, bytes]] = field(default_factory=list)
    sent: int = 0
    disordered: int = 0

    def round(self) -> None:
        """A batch of each meter, in order."""
        for meter in self.meters:
            times = [self.start_ms + n * STEP_MS for n in range(PER_BATCH)]
            self._send(meter, times)
        self.start_ms += PER_BATCH * STEP_MS

    def disorder(self) -> None:
        """A day of each meter whose blocks are signed and sent in an order that time does not have."""
        for meter in self.meters[::4]:
            blocks = []
            seq0 = self.seqs.get(meter, 1)
            for number in range(BLOCKS):
                first = self.start_ms + number * BLOCK * BLOCK_STEP_MS
                times = [first + n * BLOCK_STEP_MS for n in range(BLOCK)]
                blocks.append(self.truth.block(meter, times, self.chance, 0))
            del self.truth.readings[meter][-BLOCKS * BLOCK :]
            for samples in self.chance.sample(blocks, k=len(blocks)):
                for seq, one in enumerate(samples, start=seq0):
                    count = int(one.value.replace(".", ""))
                    self.truth.readings[meter].append((one.ts_ms, count, seq))
                self._publish(meter, samples, seq0)
                seq0 += len(samples)
                self.disordered += len(samples)
        self.start_ms += BLOCKS * BLOCK * BLOCK_STEP_MS

    def again(self) -> None:
        """A storm of duplicates: many batches twice more, in any order."""
        for topic, payload in self.chance.sample(self.kept * 2, k=2 * len(self.kept)):
            self.device.client.publish(topic, payload)
            self.device.pump(wait_s=0)

    def _send(self, meter: str, times: list[int]) -> None:
        seq0 = self.seqs.get(meter, 1)
        self._publish(meter, self.truth.block(meter, times, self.chance, seq0), seq0)

    def _publish(self, meter: str, samples: list[Sample], seq0: int) -> None:
        self.device.send(meter, "t", samples)
        self.seqs[meter] = seq0 + len(samples)
        self.sent += len(samples)

    def keep(self, topic: str, payload: bytes) -> None:
        """Remembers some of what was sent, for the storm."""
        if len(self.kept) < AGAIN:
            self.kept.append((topic, payload))
        elif self.chance.random() < 0.1:
            self.kept[self.chance.randrange(AGAIN)] = (topic, payload)


def provisioned(folder: Path, meters: int, port: int) -> tuple[Broker, Path]:
    """Enterprise, plant, gateway and meters on the site; the gateway's sign-in and its key.

    port: where it finds the broker.
    """
    path = folder / "crowd.toml"
    path.write_text(plant_text(meters), encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.inside",
            "bench.ingest_enterprise",
            str(path),
            str(folder / "simulated"),
        ],
        cwd=REPOSITORY,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    told = json.loads(done.stdout.splitlines()[-1])
    broker = Broker("127.0.0.1", port, told["username"], told["password"])
    return broker, folder / "simulated" / f"{PLANT}.key"


def fire(gateway: Gateway, until: Path) -> None:
    """Rounds at an even pace until told to end, then what is missing to the promised number."""
    began, number = time.monotonic(), 0
    while gateway.sent < READINGS or not until.exists():
        gateway.round()
        number += 1
        if number % 20 == 10:
            gateway.disorder()
            gateway.again()
        ahead = gateway.sent / PER_S - (time.monotonic() - began)
        end = time.monotonic() + (0 if until.exists() else ahead)
        while (left := end - time.monotonic()) > 0:
            gateway.device.pump(wait_s=min(left, 0.2))


def main() -> None:
    """Words: --ready, --until, --truth (files), --meters, --port (the broker's), --seed."""
    parser = argparse.ArgumentParser()
    for name in ("ready", "until", "truth"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name in ("meters", "port", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    words = parser.parse_args()
    broker, key = provisioned(words.truth.parent, words.meters, words.port)
    device = Device(broker=broker, plant=PLANT, boot=1, key=gateway_key(key))
    gateway = Gateway(
        device=device,
        meters=[f"meter-{number}" for number in range(1, words.meters + 1)],
        chance=random.Random(words.seed),  # noqa: S311 (a simulator's)
        start_ms=(int(time.time()) - DAYS_BACK * 86_400) * 1000,
    )
    device.sent = gateway.keep
    device.connect(timeout_s=60)
    words.ready.touch()
    fire(gateway, words.until)
    gateway.again()
    device.flush(timeout_s=FLUSH_S)
    device.close()
    words.truth.write_text(json.dumps(_truth(gateway, broker)), encoding="utf-8")
    told = {"readings": gateway.sent, "resent": device.resent, "again": 2 * len(gateway.kept)}
    print(json.dumps({**told, "disordered": gateway.disordered}))


def _truth(gateway: Gateway, broker: Broker) -> dict[str, Any]:
    return {
        "tenant": broker.username.partition(".")[0],
        "plant": PLANT,
        "boot": gateway.device.boot,
        "meters": gateway.truth.readings,
    }


if __name__ == "__main__":
    main()
