"""The option `--factors`: published factor sets as files, for calculations without the site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from accounting.domain.factors import FactorSet

Command = Callable[..., Any]


def factors_option(command: Command) -> Command:
    """Adds `--factors FILE`, as often as wanted."""
    option = click.option(
        "--factors",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A published factor set, as /api/v1/factor-sets/ID/ gives it; may be given again.",
    )
    return option(command)


def read_sets(paths: tuple[Path, ...]) -> list[FactorSet]:
    """The sets of some files. Raises click.BadParameter for one that is none."""
    from accounting.domain.factors import read_published

    found = []
    for path in paths:
        try:
            found.append(read_published(path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            message = f"{path} is no published factor set: {error}"
            raise click.BadParameter(message, param_hint="--factors") from None
    return found
