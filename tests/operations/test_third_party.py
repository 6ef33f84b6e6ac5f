"""The list of other people's packages: written from the locks, complete, each with a licence."""

import json

from operations import third_party


def test_the_list_that_is_served_is_the_one_that_the_locks_give() -> None:
    assert third_party.TARGET.read_text(encoding="utf-8") == third_party.document()
    assert third_party.main(["--check"]) == 0


def test_pyodide_is_named_with_its_version_and_licence() -> None:
    pinned = json.loads((third_party.ROOT / "dashboards" / "package.json").read_text("utf-8"))["dependencies"]
    rows = {name: (version, licence) for name, version, licence in third_party.node_packages()}
    assert rows["pyodide"] == (pinned["pyodide"], "MPL-2.0")
    assert set(pinned) <= set(rows)
    assert f"Pyodide {pinned['pyodide']}" in third_party.document()


def test_every_package_names_a_licence() -> None:
    rows = third_party.python_packages() + third_party.node_packages()
    assert len(rows) > 150
    assert all(version and licence for _, version, licence in rows)
    assert {"django", "weasyprint", "psycopg2-binary"} <= {name for name, _, _ in rows}
