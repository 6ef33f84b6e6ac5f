"""Published factor sets: each succeeds one other, by its digest, from a month on; none is ever changed.

The ledger holds no factor, only the digest of the set's text and of the simulation that both persons read.
"""

from lexicon.codec import from_json
from lexicon.factor_lines import first_of, next_of
from lexicon.records import PublishedFactors
from lexicon.refusals import Refusal, Refused

from chaincode.state import Draft, name


def checked(draft: Draft, values: object) -> PublishedFactors:
    """A set that may be published now. Raises Refused: bad_argument, parameter_invalid (its name is not the
    one that follows, or it does not follow what the ledger has), factor_set_succeeded.
    """
    given = from_json(PublishedFactors, values, "factors")
    if given.factor_set != next_of(given.succeeds):
        raise Refused(Refusal.PARAMETER_INVALID, field="factors.factor_set")
    draft.want(name(PublishedFactors, given.factor_set), name(PublishedFactors, given.succeeds))
    before = draft.find(PublishedFactors, given.succeeds)
    # A line begins with a set of the programs' own, which the ledger does not know.
    if before is None and given.succeeds != first_of(given.succeeds):
        raise Refused(Refusal.PARAMETER_INVALID, field="factors.succeeds")
    if before is not None and before.digest != given.succeeds_digest:
        raise Refused(Refusal.PARAMETER_INVALID, field="factors.succeeds_digest")
    if before is not None and given.since <= before.since:
        raise Refused(Refusal.PARAMETER_INVALID, field="factors.since")
    if draft.find(PublishedFactors, given.factor_set) is not None:
        raise Refused(Refusal.FACTOR_SET_SUCCEEDED, factor_set=given.succeeds)
    return given
