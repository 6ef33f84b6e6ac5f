"""Breaks parts of a scratch product on purpose while the story is told, and counts what was lost."""
