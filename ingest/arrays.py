"""Arrays as PostgreSQL writes them: the server parses one text faster than the driver adapts a list. Pure."""

from collections.abc import Iterable


def numbers(values: Iterable[int]) -> str:
    """An array of whole numbers."""
    return "{" + ",".join(map(str, values)) + "}"


def texts(values: Iterable[str]) -> str:
    """An array of texts that hold neither quotes nor backslashes: names, days, ranges of numbers."""
    inner = '","'.join(values)
    return f'{{"{inner}"}}' if inner else "{}"
