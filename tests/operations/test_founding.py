"""The founding file that comes with us is one that the ledger's shapes accept."""

from lexicon.codec import from_json
from lexicon.market_arguments import Initialise
from lexicon.records import MarketParameters, VerificationParameters
from operations.founding import read_parameters


def test_the_founding_file_fits_the_records_of_the_ledger() -> None:
    parameters = read_parameters()
    market = from_json(MarketParameters, parameters["market"], "market")
    verification = from_json(VerificationParameters, parameters["verification"], "verification")
    assert market.tick_cents == 1
    assert set(verification.month) < set(verification.year), "a year asks for a site visit besides"
    given = {"network": "ab" * 32, "persons": [], **parameters}
    assert len(from_json(Initialise, given, "initialise").supplies) == 2
