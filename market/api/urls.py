"""The market's routes below /api/v1/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from market.api import (
    agreeing,
    auctioning,
    behind,
    hours,
    independence,
    keeping,
    leaving,
    obliging,
    overseeing,
    trading,
)
from market.services import act_checks


class InstrumentConverter:
    """`CEA-2026` in a route: unit and vintage."""

    regex = r"(?:CEA|CCER)-20[0-9]{2}"

    def to_python(self, value: str) -> tuple[str, int]:
        """Unit and vintage."""
        unit, _, vintage = value.partition("-")
        return unit, int(vintage)

    def to_url(self, value: tuple[str, int]) -> str:
        """The word in the route."""
        return f"{value[0]}-{value[1]}"


class IdConverter(StringConverter):
    """An id as the ledger takes it."""

    regex = r"[a-z0-9][a-z0-9_-]{1,39}"


class HashConverter(StringConverter):
    """A transaction id."""

    regex = r"[0-9a-f]{64}"


register_converter(InstrumentConverter, "instrument")
register_converter(IdConverter, "ledger_id")
register_converter(HashConverter, "tx")

# Here and not when the app is ready: only the process that serves pages needs these.
act_checks.register()

urlpatterns = [
    path("assets/", trading.Assets.as_view()),
    path("assets/inputs/", trading.Inputs.as_view()),
    path("assets/split/", trading.Split.as_view()),
    path("assets/outputs/", keeping.Outputs.as_view()),
    path("assets/merging/", keeping.CoinMerging.as_view()),
    path("assets/lots/merging/", keeping.LotMerging.as_view()),
    path("redemptions/", keeping.Redemptions.as_view()),
    path("redemptions/inputs/", keeping.RedemptionInputs.as_view()),
    path("parameters/", keeping.ParametersNow.as_view()),
    path("market/hours/", hours.Hours.as_view()),
    path("market/", trading.Instruments.as_view()),
    path("market/<instrument:instrument>/", trading.Quote.as_view()),
    path("market/<instrument:instrument>/candles/", trading.Candles.as_view()),
    path("listings/", trading.Listings.as_view()),
    path("listings/<ledger_id:listing>/cancellation/", trading.ListingCancellation.as_view()),
    path("trades/", trading.Trades.as_view()),
    path("counterparties/", agreeing.Counterparties.as_view()),
    path("counterparties/<ledger_id:account>/distrust/", keeping.Distrust.as_view()),
    path("blocks/", agreeing.Blocks.as_view()),
    path("blocks/inputs/", agreeing.BlockInputs.as_view()),
    path("blocks/<ledger_id:block>/acceptance/", agreeing.BlockAcceptance.as_view()),
    path("blocks/<ledger_id:block>/refusal/", agreeing.BlockRefusal.as_view()),
    path("auctions/", auctioning.Auctions.as_view()),
    path("auctions/inputs/", auctioning.AuctionInputs.as_view()),
    path("auctions/<ledger_id:auction>/bids/", auctioning.AuctionBids.as_view()),
    path("auctions/<ledger_id:auction>/revelation/", auctioning.BidRevelation.as_view()),
    path("auctions/<ledger_id:auction>/closing/", auctioning.AuctionClosing.as_view()),
    path("bids/", auctioning.Bids.as_view()),
    path("cancellations/", leaving.Cancellations.as_view()),
    path("cancellations/inputs/", leaving.CancellationInputs.as_view()),
    path("cancellations/<ledger_id:cancellation>/confirmation/", leaving.CancellationConfirmation.as_view()),
    path("cancellations/<ledger_id:cancellation>/withdrawal/", leaving.CancellationWithdrawal.as_view()),
    path("carrying/", leaving.Carrying.as_view()),
    path("carrying/inputs/", leaving.CarryInputs.as_view()),
    path("compilations/", independence.Compilations.as_view()),
    path("obligations/due/", obliging.DueObligations.as_view()),
    path("obligations/drafts/", obliging.ObligationDrafts.as_view()),
    path("obligations/proposals/", obliging.ObligationProposals.as_view()),
    path("obligations/", trading.Obligations.as_view()),
    path("surrenders/", trading.Surrenders.as_view()),
    path("surrenders/<ledger_id:surrender_id>/confirmation/", trading.SurrenderConfirmation.as_view()),
    path("surrenders/<ledger_id:surrender_id>/withdrawal/", trading.SurrenderWithdrawal.as_view()),
    path("issues/", overseeing.Issues.as_view()),
    path("issues/<ledger_id:issue>/signing/", overseeing.IssueSigning.as_view()),
    path("issues/<ledger_id:issue>/endorsement/", overseeing.IssueEndorsement.as_view()),
    path("supplies/", overseeing.Supplies.as_view()),
    path("oversight/overview/", overseeing.Overview.as_view()),
    path("oversight/enterprises/", overseeing.Enterprises.as_view()),
    path("oversight/enterprises/<ledger_id:account>/", overseeing.OneEnterprise.as_view()),
    path("oversight/enterprises/<ledger_id:account>/witnesses/", overseeing.EnterpriseWitnesses.as_view()),
    path(
        "oversight/enterprises/<ledger_id:account>/basis/<str:plant>/",
        behind.EnterpriseMeters.as_view(),
    ),
    path(
        "oversight/enterprises/<ledger_id:account>/basis/<str:plant>/<str:meter>/",
        behind.EnterpriseBasis.as_view(),
    ),
    path(
        "oversight/enterprises/<ledger_id:account>/basis/<str:plant>/<str:meter>/proof/",
        behind.EnterpriseReading.as_view(),
    ),
    path(
        "oversight/enterprises/<ledger_id:account>/known/<str:plant>/<str:period>/",
        behind.EnterpriseKnownDays.as_view(),
    ),
    path(
        "oversight/enterprises/<ledger_id:account>/known/<str:plant>/<str:period>/<str:day>/",
        behind.EnterpriseKnown.as_view(),
    ),
    path("oversight/obligations/", overseeing.AllObligations.as_view()),
    path("oversight/trades/", overseeing.AllTrades.as_view()),
    path("oversight/reports/", overseeing.AllReports.as_view()),
    path("oversight/assets/", overseeing.AllAssets.as_view()),
    path("oversight/redemptions/", keeping.AllRedemptions.as_view()),
    path("trace/<str:token>/", overseeing.Trace.as_view()),
    path("search/", overseeing.Search.as_view()),
    path("explorer/status/", overseeing.ExplorerStatus.as_view()),
    path("explorer/business/", overseeing.Business.as_view()),
    path("explorer/blocks/", overseeing.Blocks.as_view()),
    path("explorer/blocks/<int:number>/", overseeing.OneBlock.as_view()),
    path("explorer/transactions/<tx:tx_id>/", overseeing.OneTransaction.as_view()),
    path("public/", overseeing.Public.as_view()),
]
