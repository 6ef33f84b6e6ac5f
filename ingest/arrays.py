"""Arrays as PostgreSQL writes them: the server parses one text faster than the driver adapts a list. Pure."""

from collections.abc import Iterable


def numbers(values: Iterable[int]) -> str:
    """An array of whole numbers; Python writes a list twice as fast as it joins texts."""
    return f"{{{str([*values])[1:-1]}}}"


def texts(values: Iterable[str]) -> str:
    """An array of texts that hold neither quotes nor backslashes: names, days, ranges of numbers."""
    inner = '","'.join(values)
    return f'{{"{inner}"}}' if inner else "{}"
