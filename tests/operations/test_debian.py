"""System programs at set-up: installed on Debian as root; elsewhere named, with what is missing without."""

from collections.abc import Callable
from pathlib import Path

import pytest
from operations.set_up import debian
from operations.set_up.debian import Need

# Knows mosquitto and not the other name; like the real one it installs all of a line or nothing.
APT = """#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> {folder}/asked
case "$*" in *no-such-name*) exit 100;; *mosquitto*) touch {folder}/mosquitto;; esac
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """machine(root=True, needs=["mosquitto"]): a Debian whose apt-get writes down what it was asked."""

    def make(*, root: bool = True, needs: tuple[str, ...] = ("mosquitto",)) -> Path:
        apt = tmp_path / "apt-get"
        apt.write_text(APT.format(folder=tmp_path))
        apt.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        monkeypatch.setattr(debian.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(debian.os.path, "exists", lambda path: str(path) == "/etc/debian_version")
        known = {need.package: need for need in debian.NEEDS}
        made = [
            Need(name, (tmp_path / name).is_file, known[name].without if name in known else "nothing works")
            for name in needs
        ]
        monkeypatch.setattr(debian, "NEEDS", tuple(made))
        return tmp_path

    return make


def asked(folder: Path) -> list[str]:
    path = folder / "asked"
    return path.read_text().splitlines() if path.is_file() else []


def test_root_on_debian_gets_mosquitto_without_a_question_and_once(
    machine: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = machine()
    debian.ensure(browser=False)
    assert asked(folder) == [
        "noninteractive update -qq",
        "noninteractive install -y -qq --no-install-recommends mosquitto",
    ]
    assert "missing here" not in capsys.readouterr().out
    debian.ensure(browser=False)
    assert len(asked(folder)) == 2


def test_a_name_that_is_not_there_costs_no_other_and_set_up_goes_on(
    machine: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = machine(needs=("no-such-name", "mosquitto"))
    debian.ensure(browser=False)
    assert (folder / "mosquitto").is_file()
    said = capsys.readouterr().out
    assert "missing here: no-such-name (without no-such-name nothing works)" in said


def test_who_is_not_root_is_told_what_to_install_and_what_stands_in_for_it(
    machine: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = machine(root=False)
    debian.ensure(browser=False)
    assert asked(folder) == []
    said = capsys.readouterr().out
    assert "without mosquitto the slower broker amqtt is used" in said
    assert "apt-get install mosquitto" in said


def test_mosquitto_and_a_client_that_is_not_ours_are_among_the_needs() -> None:
    assert {"mosquitto", "mosquitto-clients"} <= {need.package for need in debian.NEEDS}
    assert all(isinstance(need.there(), bool) for need in debian.NEEDS)
