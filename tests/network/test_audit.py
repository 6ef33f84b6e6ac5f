"""Audit and rebuild on real peers: what `tests/operations/chain` shows on the embedded ones."""

import asyncio

import pytest

from tests.network.running import RealNetwork
from tests.operations.chain import test_audit_on_localnet as audits
from tests.operations.chain import test_forged_blocks as forged
from tests.operations.chain import test_rebuild_from_a_peer as rebuilds
from tests.operations.chain.traded import trade

pytestmark = [pytest.mark.fabric, pytest.mark.db]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Real peers on which something was issued and traded."""
    made = RealNetwork(tmp_path_factory.mktemp("audited"), product=True)
    try:
        made.start()
        made.town = asyncio.run(trade(made.network))
        yield made
    finally:
        made.stop()


followed = rebuilds.followed
test_read_models = rebuilds.test_the_read_models_are_equal_to_what_another_organisation_s_peer_sends
test_an_edited_row = rebuilds.test_an_edited_row_is_counted_and_repaired_from_the_peer
test_three_peers_agree = audits.test_three_peers_agree_and_every_rule_holds
test_configurations = audits.test_a_change_of_the_configuration_is_told_once_and_signed_by_whom_it_concerns
# After it nothing agrees any more.
test_forged_writes = forged.test_writes_that_no_person_signed_are_named_by_the_third_organisation_s_own_peer
test_forged_elsewhere = forged.test_a_signature_under_something_else_covers_no_other_writes
test_right_writes = forged.test_what_follows_from_its_arguments_is_accused_of_nothing
test_done_nothing = forged.test_a_signed_act_that_was_made_to_do_nothing_is_named
test_lies_about_right_writes = forged.test_a_lie_about_what_was_rightly_written_is_named
# The last: it kills a peer.
test_a_peer_that_is_down = audits.test_a_peer_that_is_down_is_a_fault_and_the_others_are_still_read
