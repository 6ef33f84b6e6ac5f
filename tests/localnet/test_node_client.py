"""Fabric's official Node client, unchanged, on the embedded network: `node/conformance.mjs` drives it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from operations.commands.network import network as command
from operations.set_up.front_end import node_environment
from operations.set_up.shell import SetUpFailed

from tests.localnet.running import ROOT
from tests.must_run import not_run

HERE = Path(__file__).parent / "node"
INSTALL = ["npm", "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"]
INSTALL_TIMEOUT_S = 120
RUN_TIMEOUT_S = 90
# gRPC status numbers, as the client hands them on.
UNKNOWN, DEADLINE_EXCEEDED, FAILED_PRECONDITION, ABORTED, UNAVAILABLE = 2, 4, 9, 10, 14
MVCC_READ_CONFLICT = 11


@pytest.fixture(scope="session")
def node():
    """The environment in which `node` finds the client."""
    return installed_client()


def installed_client():
    """The same; the packages come from the lock beside the script. Ends the test where that cannot be."""
    try:
        environment = node_environment(ROOT)
    except SetUpFailed as error:
        not_run("node", f"the official Node client was NOT run: no Node here ({error})")
    if shutil.which("npm", path=environment["PATH"]) is None:
        not_run("node", "the official Node client was NOT run: there is no npm")
    installed = HERE / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        done = subprocess.run(
            INSTALL,
            cwd=HERE,
            env=environment,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
        if done.returncode:
            not_run(
                "node", f"the official Node client was NOT run: npm ci failed ({done.stderr[-200:].strip()})"
            )
        installed.touch()
    return environment


@pytest.fixture(scope="session")
def seen(network, node, tmp_path_factory):
    """What the client saw, step by step; of the network it knows only what `network info --json` says."""
    folder = tmp_path_factory.mktemp("node")
    info = CliRunner().invoke(command, ["info", "--json"], env={"TANHENG_HOME": str(network.home)})
    told = json.loads(info.output)
    settings = {
        **told["organisations"]["enterprise"],
        "channel": told["channel"],
        "chaincode": told["chaincode"],
        "folder": str(folder),
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    done = subprocess.run(
        ["node", str(HERE / "conformance.mjs"), str(folder / "settings.json")],
        env=node,
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_evaluates_and_submits(seen):
    assert seen["evaluates_and_submits"] == {"before": "", "result": "ok", "after": "forty"}


def test_it_reads_result_and_status_of_a_commit(seen):
    assert seen["tells_status_and_result_of_a_commit"] == {
        "result": "ok",
        "successful": True,
        "code": 0,
        "sameBlock": True,
        "sameId": True,
    }


def test_transient_data_reaches_the_organisations_named_and_no_envelope(seen):
    assert seen["sends_transient_data_to_named_organisations"] == {
        "seen": "16",
        "code": 0,
        "inEnvelope": False,
    }


def test_it_signs_offline_at_every_step_and_without_a_key_nothing_goes(seen):
    step = seen["signs_offline_at_every_step"]
    assert (step["code"], step["event"], step["stored"]) == (0, "offline", "offline")
    assert step["refused"] == "No signing implementation"


def test_events_resume_from_a_file_checkpoint_without_gap_or_repeat(seen):
    step = seen["resumes_events_from_a_checkpoint"]
    assert step["seen"] == step["sent"]
    assert step["payloads"] == ["0", "1", "2", "3", "4", "5"]
    assert step["live"] == "live"


def test_blocks_come_in_three_forms(seen):
    step = seen["streams_blocks_in_three_forms"]
    assert step["whole"] == step["both"] == step["number"]
    assert step["id"] in step["filtered"]


def test_a_refusal_has_fabrics_class_code_and_the_peer_s_words(seen):
    step = seen["names_refusals_with_each_peer_s_words"]
    told = [{"mspId": "EnterpriseMSP", "message": "chaincode response 409, not today"}]
    assert (step["evaluate"]["name"], step["evaluate"]["code"]) == ("GatewayError", UNKNOWN)
    assert step["evaluate"]["details"] == told
    assert (step["endorse"]["name"], step["endorse"]["code"]) == ("EndorseError", ABORTED)
    assert step["endorse"]["details"] == told
    assert (step["chaincode"]["name"], step["chaincode"]["code"]) == ("EndorseError", FAILED_PRECONDITION)
    assert "No metadata was found for chaincode nocc" in step["chaincode"]["message"]
    assert (step["organisation"]["name"], step["organisation"]["code"]) == ("EndorseError", UNAVAILABLE)
    assert (step["channel"]["name"], step["channel"]["code"]) == ("GatewayError", UNAVAILABLE)


def test_endorsers_that_disagree_are_each_told_with_a_mismatch(seen):
    step = seen["names_refusals_with_each_peer_s_words"]["mismatch"]
    assert (step["name"], step["code"]) == ("EndorseError", ABORTED)
    assert {one["message"] for one in step["details"]} == {"ProposalResponsePayloads do not match"}
    # The first answer is what the others are held against: on a busy machine it is not always our own peer's.
    assert len({one["mspId"] for one in step["details"]}) == 2


def test_a_bad_signature_is_a_submit_error_that_names_it(seen):
    step = seen["names_a_bad_signature_at_submit"]
    assert (step["name"], step["code"]) == ("SubmitError", ABORTED)
    assert "status=FORBIDDEN" in step["message"]


def test_a_conflict_is_a_commit_error_and_a_second_submit_keeps_the_first_answer(seen):
    step = seen["names_a_conflict_at_commit"]
    assert step["codes"] == [0] + [MVCC_READ_CONFLICT] * 7
    assert step["again"] == {"name": "nothing failed"}
    assert (step["commit"]["name"], step["commit"]["code"]) == ("CommitError", MVCC_READ_CONFLICT)


def test_the_caller_s_deadline_is_kept(seen):
    assert seen["keeps_its_deadline"]["code"] == DEADLINE_EXCEEDED
