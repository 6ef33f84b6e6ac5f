"""`python -m operations.drills.readings_load`: a gateway with 40 meters, and some that sign nothing, and its
own integer truth.

Provisions itself on the site of its environment, says so with a file, then sends signed batches until another
file tells it to end and it has sent 200,000 readings. Its last line counts what it did; the truth files have
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

from tanheng.env import REPOSITORY

from ingest.mqtt import Broker
from ingest.simulation.device import Device, Sample, gateway_key
from operations.drills.readings_plant import plant_text
from operations.drills.readings_truth import Truth
from operations.drills.readings_unsigned import Loose, slugs

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
    path.write_text(plant_text(meters, slugs()), encoding="utf-8")
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


def fire(gateway: Gateway, loose: Loose, until: Path) -> None:
    """Rounds at an even pace until told to end, then what is missing to the promised number."""
    began, number = time.monotonic(), 0
    while gateway.sent < READINGS or not until.exists():
        gateway.round()
        loose.round()
        number += 1
        if number % 20 == 10:
            gateway.disorder()
            gateway.again()
        ahead = gateway.sent / PER_S - (time.monotonic() - began)
        end = time.monotonic() + (0 if until.exists() else ahead)
        while (left := end - time.monotonic()) > 0:
            gateway.device.pump(wait_s=min(left, 0.2))
            loose.pump()


def main() -> None:
    """Words: --ready, --until, --truth, --unsigned (files), --meters, --port (the broker's), --seed."""
    parser = argparse.ArgumentParser()
    for name in ("ready", "until", "truth", "unsigned"):
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
    loose = Loose(broker, PLANT, gateway.chance, gateway.start_ms)
    device.sent = gateway.keep
    device.connect(timeout_s=60)
    loose.connect(timeout_s=60)
    words.ready.touch()
    fire(gateway, loose, words.until)
    gateway.again()
    device.flush(timeout_s=FLUSH_S)
    device.close()
    loose.flush()
    loose.close()
    gateway.truth.write(words.truth, username=broker.username, plant=PLANT, boot=device.boot)
    loose.truth.write(words.unsigned, username=broker.username, plant=PLANT, boot=0)
    told = {"readings": gateway.sent, "resent": device.resent, "again": 2 * len(gateway.kept)}
    unsigned = {"unsigned": loose.sent, "unsigned_resent": loose.resent}
    print(json.dumps({**told, **unsigned, "disordered": gateway.disordered}))


if __name__ == "__main__":
    main()
