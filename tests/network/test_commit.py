"""Commit, deliver and events: the tests of the embedded network, unchanged, on real peers."""

import pytest

from tests.localnet.test_commit import (  # noqa: F401
    test_a_delete_inside_a_counted_range_makes_the_count_void,
    test_a_duplicate_stands_in_its_block_with_its_code,
    test_a_key_put_into_a_counted_range_makes_the_count_void,
    test_a_key_with_its_own_policy_needs_those_it_names,
    test_a_write_set_changed_after_endorsement_does_not_count,
    test_all_peers_agree_on_blocks_codes_and_state,
    test_another_identity_cannot_submit_what_was_proposed_by_one,
    test_arguments_changed_after_endorsement_do_not_count,
    test_of_eight_increments_at_once_one_is_valid,
    test_one_organisation_does_not_suffice,
    test_the_same_endorsement_twice_counts_once,
    test_the_same_envelope_twice_counts_once_and_keeps_its_first_block,
)
from tests.localnet.test_deliver import (  # noqa: F401
    test_a_block_that_is_not_there_is_not_waited_for_when_told_so,
    test_a_relay_sees_neither_blocks_nor_events_nor_transactions,
    test_a_service_may_watch,
    test_a_void_transaction_sends_no_event,
    test_an_identity_of_another_network_is_a_stranger,
    test_events_are_replayed_from_block_0_and_resume_after_a_transaction,
    test_filtered_and_private_data_streams_run,
    test_the_chain_of_blocks_can_be_checked_from_outside,
    test_transactions_are_found_by_id_with_their_code,
)

pytestmark = pytest.mark.fabric
