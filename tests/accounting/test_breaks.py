"""Where a report's pages end: its check block comes with what is before it, wherever the page ends."""

from typing import Any

import pytest
from django.template.loader import render_to_string

FILES = 4
FILLED = range(16, 34)


@pytest.mark.slow
@pytest.mark.parametrize(("block", "may_be_alone"), [("own end", False), ("own", True)])
def test_a_check_block_is_never_alone_on_the_last_page(block: str, may_be_alone: bool) -> None:
    alone = [lines for lines in FILLED if "file" not in last_page(lines, block)]
    assert bool(alone) is may_be_alone, alone


def last_page(lines: int, block: str) -> str:
    """The words of the last page after so many lines of text, evidence and a check block of some class."""
    from weasyprint import HTML

    style = render_to_string("accounting/report_style.html", {"short": "x", "r": {"period": "2026"}})
    filled = "<p>words</p>" * lines
    rows = "".join(f"<tr><td>file {n}</td></tr>" for n in range(FILES))
    html = (
        f'<html lang="en"><head>{style}</head><body>{filled}<h3>Evidence</h3><table>{rows}</table>'
        f'<div class="{block}"><h3>Check</h3><table><tr><td>digest</td></tr></table></div></body></html>'
    )
    words = list(texts(HTML(string=html).render().pages[-1]._page_box))
    assert "digest" in words
    return " ".join(words)


def texts(box: Any) -> list[str]:
    own = [box.text] if getattr(box, "text", None) else []
    return own + [text for child in getattr(box, "children", ()) for text in texts(child)]
