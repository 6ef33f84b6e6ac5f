"""Fabric's official Node client on real peers: what it sees here is what it sees on the embedded network."""

import pytest

from tests.localnet.test_node_client import (  # noqa: F401
    node,
    seen,
    test_a_bad_signature_is_a_submit_error_that_names_it,
    test_a_conflict_is_a_commit_error_and_a_second_submit_keeps_the_first_answer,
    test_a_refusal_has_fabrics_class_code_and_the_peer_s_words,
    test_blocks_come_in_three_forms,
    test_endorsers_that_disagree_are_each_told_with_a_mismatch,
    test_events_resume_from_a_file_checkpoint_without_gap_or_repeat,
    test_it_evaluates_and_submits,
    test_it_reads_result_and_status_of_a_commit,
    test_it_signs_offline_at_every_step_and_without_a_key_nothing_goes,
    test_transient_data_reaches_the_organisations_named_and_no_envelope,
)

pytestmark = pytest.mark.fabric
