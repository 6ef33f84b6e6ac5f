"""The options by which a command chooses the ledger's engine: the same as the two settings, for this run."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]


def engine_options(command: Command) -> Command:
    """`--engine` and `--consensus`; children get them with the environment."""
    for name, setting, choices, told in (
        ("--consensus", "TANHENG_LEDGER_CONSENSUS", ("raft", "bft"), "How real orderers agree."),
        (
            "--engine",
            "TANHENG_LEDGER_ENGINE",
            ("localnet", "fabric"),
            "The ledger's engine: embedded, or real Fabric.",
        ),
    ):
        option = click.option(
            name, type=click.Choice(choices), expose_value=False, callback=_sets(setting), help=told
        )
        command = option(command)
    return command


def _sets(setting: str) -> Callable[[click.Context, click.Parameter, str | None], None]:
    def callback(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        del context, parameter
        if value is not None:
            os.environ[setting] = value

    return callback
