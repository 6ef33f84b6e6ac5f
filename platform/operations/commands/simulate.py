"""`tanheng simulate`: the simulated plant of `ingest.simulator`, a device outside the product."""

from __future__ import annotations

import click

from ingest.simulation.device import Refused
from ingest.simulation.plant import BadPlant
from ingest.simulator import simulator


class Outside(click.Group):
    """The simulator's commands; what the broker or the file refuses is one clear sentence."""

    def invoke(self, ctx: click.Context) -> object:
        """Run one of them."""
        try:
            return super().invoke(ctx)
        except (Refused, BadPlant, TimeoutError, ValueError) as error:
            raise click.ClickException(f"{type(error).__name__}: {error}") from None


simulate = Outside(
    name="simulate",
    commands=simulator.commands,
    help="A plant that publishes to the broker like any device: key, month, live. One JSON object a line.",
)
