"""Last: over the whole run no page had a script error or a refused style, or spoke to another origin."""

from typing import Any


def test_no_page_complained(complaints: Any) -> None:
    known = ("status of 403", "status of 404", "status of 401")  # the tests above ask for what is not theirs
    known += ("ERR_INTERNET_DISCONNECTED",)  # and one inspector is in a cellar
    assert [line for line in complaints.errors if not any(word in line for word in known)] == []


def test_no_request_left_the_origin(complaints: Any) -> None:
    assert complaints.foreign == []
