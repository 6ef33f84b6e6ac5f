"""Settings: known, of the right kind, secrets from files; everything else is refused by name."""

import stat
from pathlib import Path

import pytest
from tanheng.env import Environment, EnvironmentError_


def read(tmp_path: Path, **variables: str) -> Environment:
    return Environment.read({"TANHENG_HOME": str(tmp_path), **variables})


def test_an_empty_environment_gives_a_working_installation(tmp_path) -> None:
    environment = read(tmp_path)
    assert (environment.port, environment.public_url) == (8000, "http://localhost:8000")
    assert len(environment.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "keys" / "web-secret").stat().st_mode) == 0o600


def test_the_kept_secret_is_the_same_at_the_next_start(tmp_path) -> None:
    assert read(tmp_path).secret_key == read(tmp_path).secret_key


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TANHENG_PROT", "8000", "Unknown settings: TANHENG_PROT"),
        ("TANHENG_PORT", "80a", "takes a whole number"),
        ("TANHENG_PORT", "-1", "takes a whole number"),
        ("TANHENG_LEDGER_EXECUTE_S", "0", "takes 30, or 1 and more"),
        ("TANHENG_LOG_LEVEL", "loud", "takes one of"),
        ("TANHENG_INSECURE_ORIGIN", "yes", "takes one of"),
        ("TANHENG_SECRET_KEY_FILE", "/nothing/there", "TANHENG_SECRET_KEY_FILE"),
    ],
)
def test_what_is_unknown_or_of_the_wrong_kind_is_refused_by_name(name, value, said, tmp_path) -> None:
    with pytest.raises(EnvironmentError_, match=said):
        read(tmp_path, **{name: value})


def test_a_secret_comes_from_a_file_and_never_from_two_places(tmp_path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    assert read(tmp_path, TANHENG_SECRET_KEY_FILE=str(file)).secret_key == "from a file"
    with pytest.raises(EnvironmentError_, match="keep one"):
        read(tmp_path, TANHENG_SECRET_KEY="x", TANHENG_SECRET_KEY_FILE=str(file))


def test_no_secret_stands_in_the_settings_text(tmp_path) -> None:
    secrets = {
        "TANHENG_SECRET_KEY": "very secret",
        "TANHENG_MASTER_KEY": "most secret",
        "DATABASE_URL": "postgres://u:pw1@h/d",
        "TANHENG_WEB_DATABASE_URL": "postgres://w:pw4@h/d",
        "MQTT_URL": "mqtt://u:pw2@h",
        "INFLUX_URL": "http://u:pw3@h",
    }
    text = repr(read(tmp_path, **secrets))
    assert [word for word in ("very secret", "most secret", "pw1", "pw2", "pw3", "pw4") if word in text] == []
