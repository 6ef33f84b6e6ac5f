"""A program that the gate counts on cannot be missing there without a failure."""

import subprocess
from types import SimpleNamespace

import pytest
from operations.set_up.shell import SetUpFailed

from tests.localnet import test_node_client as client
from tests.must_run import PROGRAMS, VARIABLE, not_run


def test_the_gate_names_every_program_that_must_run():
    lines = (client.ROOT / ".ci" / "run").read_text().splitlines()
    assert f"export {VARIABLE}={','.join(sorted(PROGRAMS))}" in lines


def no_node(monkeypatch, folder):
    def missing(root):
        raise SetUpFailed("nothing to install it with")

    monkeypatch.setattr(client, "node_environment", missing)


def no_npm(monkeypatch, folder):
    monkeypatch.setattr(client, "node_environment", lambda root: {"PATH": str(folder)})


def no_packages(monkeypatch, folder):
    (folder / "npm").write_text("#!/bin/sh\nexit 1\n")
    (folder / "npm").chmod(0o755)
    (folder / "package-lock.json").write_text("{}")
    no_npm(monkeypatch, folder)
    monkeypatch.setattr(client, "HERE", folder)
    failed = SimpleNamespace(returncode=1, stderr="no registry")
    monkeypatch.setattr(subprocess, "run", lambda *args, **more: failed)


@pytest.mark.parametrize(
    ("lacking", "because"),
    [(no_node, "no Node here"), (no_npm, "there is no npm"), (no_packages, "npm ci failed")],
)
def test_the_node_client_is_skipped_with_the_reason_and_fails_where_it_must_run(
    lacking, because, monkeypatch, tmp_path
):
    lacking(monkeypatch, tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match=because):
        client.installed_client()
    monkeypatch.setenv(VARIABLE, "node")
    with pytest.raises(pytest.fail.Exception, match=f"{because}.*node must run"):
        client.installed_client()


def test_a_name_that_holds_nothing_is_an_error(monkeypatch):
    monkeypatch.setenv(VARIABLE, "node,nod")
    with pytest.raises(ValueError, match="nod"):
        not_run("node", "whatever")


def test_without_a_broker_what_needs_one_is_skipped_and_fails_where_it_must_run(monkeypatch):
    """By the fixture that all of them use."""
    from operations import broker

    from tests.conftest import mosquitto_program

    monkeypatch.setattr(broker, "program", lambda: None)
    asked = mosquitto_program.__wrapped__
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="Mosquitto is not installed"):
        asked()
    monkeypatch.setenv(VARIABLE, "mosquitto,node")
    with pytest.raises(pytest.fail.Exception, match="mosquitto must run"):
        asked()
