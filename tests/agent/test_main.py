"""The commands as people run them: keys, check, replay, replaced, status, and what stops each of them."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from operations.main import main
from proof.batches import GatewayKey

from agent.main import agent, tanheng
from agent.trial import AgentProcess, TrialMeter
from tests.agent.conftest import Mosquitto, mosquitto, wait_for
from tests.agent.made import IDENTITY

METER = TrialMeter(meter="energy-a", unit="kWh", least_count="0.01", digits=8)


def run(*words: object) -> Result:
    return CliRunner().invoke(agent, [str(word) for word in words])


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[AgentProcess]:
    """A folder with a key, a configuration and an empty CSV; no broker."""
    folder = tmp_path / "gw"
    folder.mkdir()
    made = AgentProcess(folder)
    made.prepare(identity=IDENTITY, password="gateway", plant="plant-1", port=9, meters=[METER])
    yield made
    made.kill()


@pytest.fixture
def connected(gateway: AgentProcess, tmp_path: Path, mosquitto_program: str) -> Iterator[Mosquitto]:
    """The same with the platform's broker."""
    with mosquitto(tmp_path / "mqtt") as broker:
        gateway.prepare(
            identity=IDENTITY, password="gateway", plant="plant-1", port=broker.port, meters=[METER]
        )
        yield broker


def test_the_product_s_own_command_has_the_agent_below_it() -> None:
    assert "agent" in CliRunner().invoke(main, ["--help"]).output
    for group in (main, tanheng):
        told = CliRunner().invoke(group, ["agent", "--help"]).output
        assert all(name in told for name in ("check", "keys", "replay", "replaced", "status"))


def test_keys_makes_a_key_once_and_prints_what_the_page_takes(gateway: AgentProcess) -> None:
    (gateway.folder / "gateway.key").unlink()
    first = json.loads(run("keys", "--config", gateway.configuration).output)
    again = json.loads(run("keys", "--config", gateway.configuration).output)
    assert first == again
    assert stat.S_IMODE(Path(first["file"]).stat().st_mode) == 0o600
    public: GatewayKey = gateway.key()
    assert (first["fingerprint"], first["algorithm"]) == (public.fingerprint, "ed25519")
    assert run("keys", "--file", gateway.folder / "other.key").exit_code == 0


def test_keys_takes_one_place_only() -> None:
    assert run("keys").exit_code == 2


def test_a_wrong_configuration_stops_every_command_with_its_line_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text("[gateway]\n")
    for words in (["--config", path], ["check", "--config", path], ["status", "--config", path]):
        done = run(*words)
        assert done.exit_code == 2
        assert "agent.toml" in done.output
        assert "[agent.configuration_invalid]" in done.output
        assert "Traceback" not in done.output


def test_check_says_what_is_good_and_what_is_not(gateway: AgentProcess) -> None:
    gateway.add([(1_782_864_000_000, "energy-a", "1.5")])
    done = run("check", "--offline", "--config", gateway.configuration)
    assert done.exit_code == 0, done.output
    (gateway.folder / "gateway.key").chmod(0o644)
    done = run("check", "--offline", "--config", gateway.configuration)
    assert done.exit_code == 1
    assert "NO " in done.output
    assert "[agent.key_readable]" in done.output


def test_check_signs_in_and_reads_each_source_once(gateway: AgentProcess, connected: Mosquitto) -> None:
    gateway.add([(1_782_864_000_000, "energy-a", "1.5")])
    done = run("check", "--config", gateway.configuration)
    assert done.exit_code == 0, done.output
    assert "signed in" in done.output
    assert "energy-a 1.5 kWh" in done.output
    (gateway.folder / "broker.password").write_text("wrong")
    done = run("check", "--config", gateway.configuration)
    assert done.exit_code == 1
    assert "Not authorized" in done.output


def test_a_second_agent_on_one_spool_is_refused_by_name(gateway: AgentProcess) -> None:
    gateway.start()
    wait_for((gateway.folder / "spool" / "status.json").exists)
    done = run("--config", gateway.configuration)
    assert done.exit_code == 2
    assert "[agent.already_running]" in done.output
    assert str(gateway.pid) in done.output
    assert gateway.stop() == 0


def test_replaced_may_be_said_beside_a_running_agent_and_is_kept_for_the_platform(
    gateway: AgentProcess,
) -> None:
    gateway.start()
    wait_for((gateway.folder / "spool" / "status.json").exists)
    config = ("--config", gateway.configuration)
    assert run("replaced", "energy-a", *config, "--final", "991.5", "--start", "0").exit_code == 0
    assert run("replaced", "energy-x", *config, "--final", "1", "--start", "0").exit_code == 2
    assert run("replaced", "energy-a", *config, "--final", "-1", "--start", "0").exit_code == 2
    assert gateway.stop() == 0
    assert json.loads(run("status", *config).output)["boot"] > 0


def test_status_shows_troubles_and_what_could_not_be_read(gateway: AgentProcess) -> None:
    gateway.add([(1_782_864_000_000, "energy-a", "1.5"), (1, "energy-x", "2")])
    gateway.start()
    config = ("--config", gateway.configuration)
    wait_for(lambda: json.loads(run("status", *config).output).get("taken") == 1)
    wait_for(lambda: "[agent.broker_away]" in run("status", *config).output)
    told = json.loads(run("status", *config).output)
    assert told["waiting_readings"] == 1
    assert "no meter 'energy-x'" in told["unreadable"][0]["error"]
    assert gateway.stop() == 0


def test_replay_names_its_csv_sources_where_it_cannot_know_which(gateway: AgentProcess) -> None:
    done = run("replay", gateway.csv, "--config", gateway.configuration, "--source", "other")
    assert done.exit_code == 2
    assert "csv" in done.output


def test_a_spool_that_cannot_be_written_is_said_so_without_a_traceback(gateway: AgentProcess) -> None:
    (gateway.folder / "spool").write_text("a file where the folder should be")
    done = run("--config", gateway.configuration)
    assert done.exit_code == 2
    assert "[agent.disk_unusable]" in done.output


def test_a_damaged_spool_is_put_aside_and_the_agent_goes_on(gateway: AgentProcess) -> None:
    spool = gateway.folder / "spool"
    spool.mkdir()
    (spool / "spool.sqlite").write_bytes(b"no database" * 1000)
    gateway.add([(1_782_864_000_000, "energy-a", "1.5")])
    gateway.start()
    config = ("--config", gateway.configuration)
    wait_for(lambda: json.loads(run("status", *config).output).get("taken") == 1)
    assert gateway.stop() == 0
    assert len(list(spool.glob("spool.sqlite.damaged-*"))) == 1
    assert "[agent.spool_damaged]" in (gateway.folder / "agent.log").read_text()
