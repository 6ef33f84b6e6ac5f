"""The live connection in a real browser: frames move the page, and it survives gaps, cuts and silence."""

import re
from collections.abc import Callable
from typing import Any


def pill(page: Any) -> Any:
    """The connection pill of the top bar."""
    return page.locator(".top [role=status]").first


def test_the_page_is_live_and_shows_the_height_of_the_chain(as_person: Callable[..., Any]) -> None:
    page = as_person("regulator1").go("/oversight")
    pill(page).get_by_text("实时").wait_for()
    page.locator(".top a.pill").filter(has_text=re.compile(r"#\d+")).wait_for()


def test_a_cut_connection_comes_back_by_itself(as_person: Callable[..., Any]) -> None:
    person = as_person("regulator1")
    person.page.route_web_socket(re.compile("/ws/"), _cut_once())
    page = person.go("/oversight")
    pill(page).get_by_text("实时").wait_for(timeout=30_000)


def _cut_once() -> Callable[[Any], None]:
    seen: list[int] = []

    def handle(socket: Any) -> None:
        seen.append(1)
        if len(seen) == 1:
            socket.close(code=1011)
            return
        socket.connect_to_server()

    return handle


def test_a_gap_is_found_and_closed_by_a_snapshot(as_person: Callable[..., Any]) -> None:
    asked: list[str] = []
    person = as_person("regulator1")

    def handle(socket: Any) -> None:
        server = socket.connect_to_server()
        state = {"lied": False}

        def from_server(message: Any) -> None:
            text = str(message)
            if '"ping"' in text and not state["lied"] and '"chain"' in text:
                state["lied"] = True
                text = re.sub(r'("chain":\s*)(\d+)', lambda found: f"{found[1]}{int(found[2]) + 3}", text)
            socket.send(text)

        def from_page(message: Any) -> None:
            asked.append(str(message))
            server.send(message)

        server.on_message(from_server)
        socket.on_message(from_page)

    person.page.route_web_socket(re.compile("/ws/"), handle)
    page = person.go("/oversight")
    pill(page).get_by_text("实时").wait_for()
    page.wait_for_timeout(5_000)
    assert any('"resync"' in text and '"chain"' in text for text in asked)
    pill(page).get_by_text("实时").wait_for()


def test_silence_is_shown_with_its_seconds(as_person: Callable[..., Any]) -> None:
    person = as_person("regulator1")

    def handle(socket: Any) -> None:
        server = socket.connect_to_server()
        state = {"heard": 0}

        def from_server(message: Any) -> None:
            state["heard"] += 1
            if state["heard"] <= 3:
                socket.send(message)

        server.on_message(from_server)
        socket.on_message(server.send)

    person.page.route_web_socket(re.compile("/ws/"), handle)
    page = person.go("/oversight")
    pill(page).get_by_text(re.compile(r"已停更 \d+ 秒")).wait_for(timeout=30_000)
