"""The town most files begin with; a file with a set-up of its own names its fixtures the same."""

import copy

import pytest

from tests.chaincode.verification import ready


@pytest.fixture(scope="module")
def prepared():
    """The ledger when a statement can be submitted, made once a file."""
    return ready()


@pytest.fixture
def town(prepared):
    """A copy for each test."""
    return copy.deepcopy(prepared)
