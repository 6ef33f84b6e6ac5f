"""Which refusals a reading can meet, in order of precedence, and which are final. Words: the lexicon's."""

from lexicon.refusals import Refusal

PRECEDENCE = (
    Refusal.TOPIC_INVALID,
    Refusal.UNKNOWN_TENANT,
    Refusal.UNKNOWN_METER,
    Refusal.METER_NOT_OF_GATEWAY,
    Refusal.MESSAGE_TOO_LARGE,
    Refusal.READING_TORN,
    Refusal.READING_MALFORMED,
    Refusal.METER_EVENT_UNDECLARED,
    Refusal.READING_TENANT_MISMATCH,
    Refusal.BATCH_METER_MISMATCH,
    Refusal.BATCH_KEY_UNKNOWN,
    Refusal.BATCH_KEY_REVOKED,
    Refusal.BATCH_SIGNATURE_INVALID,
    Refusal.VALUE_NOT_NUMBER,
    Refusal.VALUE_NOT_FINITE,
    Refusal.VALUE_NEGATIVE,
    Refusal.READING_UNIT_UNKNOWN,
    Refusal.UNIT_MISMATCH,
    Refusal.VALUE_FINER_THAN_LEAST_COUNT,
    Refusal.VALUE_ABOVE_REGISTER,
    Refusal.READING_IN_FUTURE,
    Refusal.READING_TOO_OLD,
    Refusal.READING_BEFORE_VALID_FROM,
    Refusal.SEQUENCE_FORK,
    Refusal.READING_TIME_TAKEN,
)

# No later fact can make such a reading countable, so nobody is asked to release it.
FINAL = frozenset({Refusal.READING_TOO_OLD, Refusal.READING_BEFORE_VALID_FROM})

# Kept because they show that something was tampered with or lost; there is nothing to release.
EVIDENCE = frozenset({Refusal.SEQUENCE_FORK, Refusal.BATCH_CHAIN_BROKEN})
