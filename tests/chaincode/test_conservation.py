"""Random histories of everything: nothing appears, vanishes or is spent twice; a replay gives equal bytes.

The rules and what must hold after each call are in `histories`: trading, duties, evidence, waiting.
"""

import pytest
from hypothesis import HealthCheck, settings
from lexicon.transactions import Act, Transaction

from tests.chaincode.histories.base import SEEN
from tests.chaincode.histories.duties import Duties
from tests.chaincode.histories.evidence import Evidence
from tests.chaincode.histories.trading import Trading
from tests.chaincode.histories.waiting import Waiting

QUICK = settings(
    max_examples=12,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class Everything(Trading, Duties, Evidence, Waiting):
    """All transactions in any order."""


class Market(Trading, Duties, Waiting):
    """Tokens: deeper into the market than `Everything` comes in as many steps."""


class Reports(Evidence, Waiting):
    """Only evidence, for the same reason."""


Everything.TestCase.settings = QUICK
TestEverything = Everything.TestCase
Market.TestCase.settings = QUICK
TestMarket = Market.TestCase
Reports.TestCase.settings = settings(QUICK, max_examples=6, stateful_step_count=30)
TestReports = Reports.TestCase


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_long_histories_carry_out_every_transaction_and_act():
    deep = settings(QUICK, max_examples=40, stateful_step_count=100, derandomize=True)
    for machine in (Everything, Market, Reports):
        case = type(machine.__name__, (machine.TestCase,), {"settings": deep})
        case("runTest").runTest()
    carried_out = {str(name) for name, status in SEEN if status == 200}
    assert {*map(str, Transaction), *map(str, Act)} <= carried_out
