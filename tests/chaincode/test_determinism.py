"""The same calls give the same bytes on every peer: other processes, other hash seeds, an empty state."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from chaincode.contract import Outcome, dispatch
from tests.chaincode import test_market as market
from tests.chaincode import test_surrender as compliance
from tests.chaincode import verification as evidence
from tests.chaincode.town import Town, accepted

ROOT = Path(__file__).resolve().parents[2]


class Recorded(Town):
    """A town that writes its calls down."""

    def call(self, function, *args, role="relay", msp="EnterpriseMSP", account=""):
        outcome = super().call(function, *args, role=role, msp=msp, account=account)
        call = {
            "function": function,
            "args": [argument.hex() for argument in args],
            "role": role,
            "msp": msp,
            "now": self.now.isoformat(),
            "number": self._calls,
        }
        self.__dict__.setdefault("journal", []).append(call)
        return outcome


def story():
    """The main job, with some refusals in it."""
    town = evidence.ready(Recorded().found().people_arrive())
    accepted(town.two("o1", "set_obligation", evidence.obliged(town), "reg1", "reg2"))
    town.rich()
    town.act("trader_a", "list", market.sell() | {f"total_{letter}": 1 for letter in "zyxwabcd"})
    town.must("trader_a", "list", market.sell())
    town.must("trader_b", "take", {"takes": [market.taking(60)], "coins": town.coins("acc_b")[:2]})
    town.act("trader_a", "take", {"takes": [market.taking(60)], "coins": town.coins("acc_a")})
    use = compliance.use(100, 101)
    town.must("trader_a", "surrender", compliance.surrendering([use]))
    town.must("head_a", "confirm_surrender", {"surrender": "sur_1"})
    accepted(town.serve("clock", "close_session", {"session": 1}))
    accepted(town.serve("clock", "settle_session", {"session": 1}))
    return town


def replay(journal):
    """Digest of every outcome and of the state that the calls leave behind."""
    town, summary = Town(), hashlib.sha256()
    for call in journal:
        outcome = dispatch(
            town,
            function=call["function"],
            args=tuple(bytes.fromhex(argument) for argument in call["args"]),
            tx=hashlib.sha256(f"tx {call['number']}".encode()).hexdigest(),
            now=datetime.fromisoformat(call["now"]),
            msp=call["msp"],
            attributes={"role": call["role"]},
        )
        summary.update(repr(outcome).encode())
        apply(town, outcome)
    summary.update(repr(sorted(town.values.items())).encode())
    return summary.hexdigest()


def apply(town: Town, outcome: Outcome) -> None:
    for key, value in outcome.writes:
        town.values.pop(key, None)
        if value is not None:
            town.values[key] = value


def test_other_processes_with_other_hash_seeds_reach_the_same_bytes():
    journal = story().journal
    here = replay(journal)
    code = (
        "import json, sys; from tests.chaincode.test_determinism import replay; "
        "print(replay(json.load(sys.stdin)))"
    )
    for seed in ("1", "2"):
        path = os.pathsep.join(str(folder) for folder in (ROOT, ROOT / "platform", ROOT / "fabric"))
        there = subprocess.run(
            (sys.executable, "-c", code),
            input=json.dumps(journal),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": path},
            timeout=60,
        )
        assert there.stdout.strip() == here
