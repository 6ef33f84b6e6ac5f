"""The audit on three running peers: all agree; then one peer's state is edited, and its key, block and
organisation are named."""

import contextlib
import re
import sqlite3

from fabric_protos.common import common_pb2
from operations.chain.report import examine, lines

from tests.localnet.test_revocation import revoke

ORGANISATIONS = ("enterprise", "auditor", "regulator")


def test_three_peers_agree_and_every_rule_holds(running) -> None:
    told = examine(running.network, ORGANISATIONS)
    assert told["faults"] == []
    assert (told["ok"], told["trades"]) == (True, 1)
    peers = told["organisations"].values()
    assert len({(peer["height"], peer["rows"], peer["commit_hash"]) for peer in peers}) == 1
    assert told["allowances_t"]["CEA-2026"]["issued"] == 1000


def test_a_change_of_the_configuration_is_told_once_and_signed_by_whom_it_concerns(running) -> None:
    assert examine(running.network, ORGANISATIONS)["configurations"] == []

    async def scenario(client):
        answer = await revoke(client, running.network, "auditor", [12345])
        assert answer.status == common_pb2.SUCCESS, answer.info
        # A transaction after it: the peers have what came before.
        return await client.submit("network_info")

    running.run(scenario)
    told = examine(running.network, ORGANISATIONS)
    assert told["faults"] == []
    (one,) = told["configurations"]
    # Where the organisation has orderers, its certificates stand there, too.
    part = "value /Channel/{}/AuditorMSP/MSP".format
    changes = rf"configuration \(block \d+\) changes {part('Application')}(, {part('Orderer')})?"
    assert re.fullmatch(changes, one)
    assert one in lines(told)


def test_an_edited_row_is_named_with_key_block_and_organisation(running) -> None:
    with contextlib.closing(sqlite3.connect(running.data("auditor") / "state.db")) as database:
        rows = database.execute("SELECT key, value, block FROM state").fetchall()
        key, value, block = next(row for row in rows if row[0].startswith(b"\x00coin\x00"))
        cents = value.split(b'"amount_cents":"')[1].split(b'"')[0]
        forged = value.replace(b'"amount_cents":"' + cents, b'"amount_cents":"9' + cents)
        database.execute("UPDATE state SET value=? WHERE key=?", (forged, key))
        database.commit()
    told = examine(running.network, ORGANISATIONS)
    name = key.decode().strip("\x00").replace("\x00", "~")
    assert not told["ok"]
    assert told["deviations"] == [
        {
            "organisation": "auditor",
            "what": "the row differs from what the blocks say",
            "block": block,
            "key": name,
        }
    ]
    sums = [fault for fault in told["faults"] if fault.startswith("auditor: coin: issued")]
    assert sums, "the forged coin breaks the sum of that peer"
    assert not any(fault.startswith(("enterprise", "regulator")) for fault in told["faults"])


def test_a_peer_that_is_down_is_a_fault_and_the_others_are_still_read(running) -> None:
    running.kill("peer-enterprise")
    told = examine(running.network, ("enterprise", "regulator"))
    assert not told["organisations"]["enterprise"]["answers"]
    assert told["organisations"]["regulator"]["rows"] > 10
    assert [fault for fault in told["faults"] if fault.startswith("enterprise: does not answer")]
