"""The Gateway tests of the embedded network, unchanged, on real peers."""

import pytest

from tests.localnet.test_gateway import (  # noqa: F401
    test_a_committed_transaction_id_is_not_endorsed_again,
    test_a_message_over_ten_megabytes_is_refused_and_three_are_taken,
    test_a_proposal_for_no_channel_is_refused,
    test_a_proposal_of_another_time_or_with_a_foreign_transaction_id_is_refused,
    test_a_proposal_with_a_signature_that_does_not_hold_is_denied,
    test_a_refusal_of_the_chaincode_comes_with_its_status_and_words,
    test_an_empty_value_deletes,
    test_an_envelope_must_be_signed_and_signed_well,
    test_an_evaluation_changes_nothing,
    test_an_unknown_chaincode_channel_or_organisation_is_refused_as_fabric_does,
    test_endorsers_that_disagree_give_a_mismatch_for_each_other_peer,
    test_named_organisations_are_exactly_those_that_endorse,
    test_queries_by_page_many_keys_batches_and_history_work,
    test_rubbish_instead_of_a_proposal_is_refused,
    test_the_status_of_an_unknown_transaction_waits_for_the_deadline,
    test_what_was_submitted_is_committed_and_read_back_from_every_organisation,
)

pytestmark = pytest.mark.fabric
