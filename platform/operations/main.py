"""The command `tanheng`: imports a command's module only when it is called, so that help is instant."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import click

# name -> (module and function, one line for the list); a group's own file loads its commands.
COMMANDS = {
    "up": ("operations.commands.up:up", "Start everything, supervise it, stop it cleanly on Ctrl-C."),
    "down": ("operations.commands.down:down", "Stop what `up` started."),
    "status": ("operations.commands.status:status", "Processes, memory and restarts."),
    "demo": ("operations.commands.demo:demo", "The whole story on real parts, from meter to trade."),
    "network": ("operations.commands.network:network", "The ledger network: up, down, status, identities."),
    "simulate": ("operations.commands.simulate:simulate", "A plant that publishes readings to the broker."),
    "agent": (
        "agent.main:agent",
        "The edge agent: a plant's meters to signed batches, kept until the receipt.",
    ),
    "compute": ("operations.commands.compute:compute", "Emissions of one input file by one guideline."),
    "guidelines": ("operations.commands.guidelines:guidelines", "List the guidelines or show one."),
    "ledger": ("operations.commands.ledger:ledger", "Rebuild read models, audit every peer, stuck intents."),
    "bench": ("operations.commands.bench:bench", "Measure the promised figures on this machine."),
    "drill": ("operations.commands.drill:drill", "Break parts on purpose and count what is lost."),
    "admin": ("operations.commands.admin:admin", "Create the first administrator."),
    "verify": ("operations.commands.verify:verify", "Compare a report (PDF or JSON) with the chain."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table, which is the order a newcomer needs them in."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command object, imported now; None for an unknown name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list from the table alone, without importing any command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


# These speak of what runs: without TANHENG_HOME they find a running demo, which has a home of its own.
ABOUT_WHAT_RUNS = ("down", "status", "ledger", "verify")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tanheng")
@click.pass_context
def main(context: click.Context) -> None:
    """Tanheng (碳衡): carbon accounting and allowance trading down to signed meter readings."""
    if context.invoked_subcommand in ABOUT_WHAT_RUNS and "TANHENG_HOME" not in os.environ:
        _find_demo()


def _find_demo() -> None:
    """Point the command at the demo's home where the demo runs and the product's own home is quiet."""
    from tanheng.env import REPOSITORY

    from operations.supervisor import roster

    def is_up(home: Path) -> bool:
        there = roster.read(home / "run" / "product.json")
        return there is not None and there.is_up()

    demo = REPOSITORY / "var" / "demo"
    if is_up(demo) and not is_up(REPOSITORY / "var"):
        click.echo(f"the running demo: {demo}", err=True)
        os.environ["TANHENG_HOME"] = str(demo)
