"""The ledger's parameters: what they are now, and what two persons' new ones must be.

`tenants.services.proposals` asks before a proposal is queued; the ledger checks everything again.
"""

from typing import Any

from lexicon.arguments import SetParameters
from lexicon.codec import from_json
from lexicon.market_arguments import CarryBasis, FirstSupply
from lexicon.records import (
    ComplianceParameters,
    MarketParameters,
    PublishedFactors,
    VerificationParameters,
    instrument,
)
from lexicon.refusals import Refusal, refuse
from lexicon.terms import AccountKind

from accounting.services import factor_proposals
from market.models import Account, CarryLimit, Parameters, Supply
from tenants.access import Viewer

# A band of this, 100 %, would allow a price of nothing.
BAND_WHOLE = 10_000
WHOLE_GROUPS = ("market", "verification", "compliance")


def standing() -> dict[str, Any]:
    """The values in force by group, with the transaction that set them; caps; carry-over limits."""
    rows = {row.group: row for row in Parameters.objects.filter(group__in=WHOLE_GROUPS)}
    return {
        "groups": [
            {"group": name, "values": row.values, "at": row.at, "tx_id": row.tx_id}
            for name in WHOLE_GROUPS
            if (row := rows.get(name))
        ],
        "supplies": Supply.objects.order_by("token"),
        "carry_over": CarryLimit.objects.order_by("account", "-to_vintage"),
    }


def check(_: Viewer, args: SetParameters) -> None:
    """Raises: Refused parameter_group_unknown, bad_argument, account_unknown, holder_not_allowed,
    parameter_invalid, factor_set_unknown, factor_simulation_missing, factor_set_succeeded."""
    if args.group == "market":
        _check_market(from_json(MarketParameters, args.values, "market"))
    elif args.group == "verification":
        _check_verification(from_json(VerificationParameters, args.values, "verification"))
    elif args.group == "compliance":
        if from_json(ComplianceParameters, args.values, "compliance").offset_percent_max > 100:
            refuse(Refusal.PARAMETER_INVALID, field="compliance.offset_percent_max")
    elif args.group == "supply":
        _check_supply(from_json(FirstSupply, args.values, "supply"))
    elif args.group == "carry_over":
        _check_basis(from_json(CarryBasis, args.values, "carry_over"))
    elif args.group == "factors":
        factor_proposals.check(from_json(PublishedFactors, args.values, "factors"))
    else:
        refuse(Refusal.PARAMETER_GROUP_UNKNOWN, group=args.group)


def _check_market(market: MarketParameters) -> None:
    if market.order_max_t % market.lot_t or any(day > 6 for day in market.weekdays):
        refuse(Refusal.PARAMETER_INVALID, field="market.order_max_t, market.weekdays")
    if max(market.band, market.block_band) >= BAND_WHOLE:
        refuse(Refusal.PARAMETER_INVALID, field="market.band, market.block_band")


def _check_verification(verification: VerificationParameters) -> None:
    for steps in (verification.month, verification.year):
        if not steps or len(set(steps)) != len(steps):
            refuse(Refusal.PARAMETER_INVALID, field="verification.month, verification.year")


def _check_supply(supply: FirstSupply) -> None:
    if (supply.unit is None) != (supply.vintage is None):
        refuse(Refusal.PARAMETER_INVALID, field="supply.unit")
    token = instrument(supply.unit, supply.vintage) if supply.unit and supply.vintage else "coin"
    before = Supply.objects.filter(pk=token).first()
    if before is not None and supply.cap < before.issued:
        refuse(Refusal.PARAMETER_INVALID, field="supply.cap")


def _check_basis(basis: CarryBasis) -> None:
    account = Account.objects.filter(pk=basis.account).first()
    if account is None:
        refuse(Refusal.ACCOUNT_UNKNOWN, account=basis.account)
    if account.kind != AccountKind.ENTERPRISE:
        refuse(Refusal.HOLDER_NOT_ALLOWED, account=basis.account, kind=account.kind)
