"""Folder rules: which top folders are packages, and that `platform` still is the standard library's."""

import platform
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("platform", "fabric", "dashboards", "helm", "docs", "requirements", "tests")
PACKAGES = (
    "platform/lexicon", "platform/proof", "platform/kit", "platform/tanheng", "platform/operations",
    "fabric/ledger", "fabric/localnet", "fabric/network", "chaincode",
    "tenants", "ingest", "accounting", "market", "agent",
)  # fmt: skip


def test_platform_is_the_standard_library_s() -> None:
    assert platform.__file__ is not None
    assert Path(platform.__file__).parent == Path(sysconfig.get_paths()["stdlib"])
    assert platform.system()


@pytest.mark.parametrize("folder", PLACES)
def test_a_place_is_never_a_package(folder: str) -> None:
    assert (ROOT / folder).is_dir()
    assert not (ROOT / folder / "__init__.py").exists()


@pytest.mark.parametrize("folder", PACKAGES)
def test_a_package_has_an_init_file(folder: str) -> None:
    assert (ROOT / folder / "__init__.py").is_file()


def test_no_package_name_of_ours_is_taken_by_an_installed_one() -> None:
    installed = Path(sysconfig.get_paths()["purelib"])
    taken = [name for name in (Path(package).name for package in PACKAGES) if (installed / name).exists()]
    assert taken == []


def test_no_module_is_named_after_nothing() -> None:
    forbidden = {"utils.py", "util.py", "common.py", "misc.py", "helpers.py", "helper.py"}
    found = [
        str(path) for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.name in forbidden
    ]
    assert found == []
