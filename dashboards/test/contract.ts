/**
 * The pages' own shapes against the published API description, at compile time: every field a page reads must be
 * in what the server answers. A renamed field fails `npm run typecheck`.
 */
import type { CaseRow, EvidenceRow, FindingRow, PeriodRow, ReportRow } from "@/api/accounting";
import type { Action, HeldLot, PersonRow } from "@/api/acts";
import type { RegistrationRow, TokenRow } from "@/api/administration";
import type { AuctionRow, BidRow, BlockRow as DealRow, Counterparty } from "@/api/deals";
import type { Meter, MeterToday, Plant, Today } from "@/api/ingest";
import type { IntentState } from "@/api/intents";
import type { CarryLimitNow, CompilationRow, OutputRow, RedemptionRow } from "@/api/keeping";
import type { CancellationRow, CarriedRow, CarryLimitRow } from "@/api/leaving";
import type { Assets, Holding, IssueRow, Level, ListingRow, Lot, ObligationRow, Quote, SurrenderRow, TapeRow } from "@/api/market";
import type { BlockRow, ChainReportRow, ChainStatus, EnterpriseRow, MonthRow, Overview, Readings, Standing, SupplyRow, TraceNode, TransactionDetail, Wall } from "@/api/oversight";
import type { SetObligationRow } from "@/api/obligations";
import type { PublicFigures } from "@/api/public";
import type { RecoveryRow } from "@/api/recoveries";
import type { Draft } from "@/api/registration";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
/** The names that `Ours` must have and `Theirs` has not; never when all are there. */
type Absent<Ours, Theirs> = Exclude<keyof { [K in keyof Ours as undefined extends Ours[K] ? never : K]: 1 }, keyof Theirs>;
type Holds<T extends never> = T;

export type Contract = [
  Holds<Absent<PeriodRow, Schemas["AccountingPeriodRow"]>>,
  Holds<Absent<CaseRow, Schemas["AccountingCaseRow"]>>,
  Holds<Absent<EvidenceRow, Schemas["AccountingEvidence"]>>,
  Holds<Absent<FindingRow, Schemas["AccountingFinding"]>>,
  Holds<Absent<ReportRow, Schemas["AccountingReportRow"]>>,
  Holds<Absent<Action, Schemas["TenantsAction"]>>,
  Holds<Absent<PersonRow, Schemas["TenantsPeopled"]>>,
  Holds<Absent<HeldLot, Schemas["MarketNamedLot"]>>,
  Holds<Absent<DealRow, Schemas["MarketBlockDeal"]>>,
  Holds<Absent<CancellationRow, Schemas["MarketCancellationRow"]>>,
  Holds<Absent<CarriedRow, Schemas["MarketCarriedRow"]>>,
  Holds<Absent<CarryLimitRow, Schemas["MarketCarryLimitRow"]>>,
  Holds<Absent<OutputRow, Schemas["MarketOutput"]>>,
  Holds<Absent<RedemptionRow, Schemas["MarketRedemptionRow"]>>,
  Holds<Absent<CompilationRow, Schemas["MarketCompilation"]>>,
  Holds<Absent<CarryLimitNow, Schemas["MarketCarryBasisRow"]>>,
  Holds<Absent<RecoveryRow, Schemas["TenantsRecovery"]>>,
  Holds<Absent<AuctionRow, Schemas["MarketAuctionRow"]>>,
  Holds<Absent<BidRow, Schemas["MarketBidRow"]>>,
  Holds<Absent<Counterparty, Schemas["MarketCounterparty"]>>,
  Holds<Absent<RegistrationRow, Schemas["TenantsRegistration"]>>,
  Holds<Absent<TokenRow, Schemas["TenantsToken"]>>,
  Holds<Absent<IntentState, Schemas["TenantsIntent"]>>,
  Holds<Absent<Draft, Schemas["TenantsDraft"]>>,
  Holds<Absent<Plant, Schemas["IngestPlant"]>>,
  Holds<Absent<Meter, Schemas["IngestMeter"]>>,
  Holds<Absent<MeterToday, Schemas["IngestMeterToday"]>>,
  Holds<Absent<Today, Schemas["IngestToday"]>>,
  Holds<Absent<Assets, Schemas["MarketAssets"]>>,
  Holds<Absent<Holding, Schemas["MarketHolding"]>>,
  Holds<Absent<Lot, Schemas["MarketLot"]>>,
  Holds<Absent<Level, Schemas["MarketLevel"]>>,
  Holds<Absent<TapeRow, Schemas["MarketTapeRow"]>>,
  Holds<Absent<Quote, Schemas["MarketQuote"]>>,
  Holds<Absent<SetObligationRow, Schemas["MarketNamedObligation"]>>,
  Holds<Absent<ListingRow, Schemas["MarketListing"]>>,
  Holds<Absent<ObligationRow, Schemas["MarketObligation"]>>,
  Holds<Absent<SurrenderRow, Schemas["MarketSurrender"]>>,
  Holds<Absent<IssueRow, Schemas["MarketIssue"]>>,
  Holds<Absent<EnterpriseRow, Schemas["MarketEnterprise"]>>,
  Holds<Absent<Overview, Schemas["MarketOverview"]>>,
  Holds<Absent<Readings, Schemas["MarketReadings"]>>,
  Holds<Absent<MonthRow, Schemas["MarketMonth"]>>,
  Holds<Absent<Standing, Schemas["MarketStanding"]>>,
  Holds<Absent<Wall, Schemas["MarketWall"]>>,
  Holds<Absent<SupplyRow, Schemas["MarketSupply"]>>,
  Holds<Absent<ChainReportRow, Schemas["MarketReport"]>>,
  Holds<Absent<ChainStatus, Schemas["MarketChainStatus"]>>,
  Holds<Absent<BlockRow, Schemas["MarketBlock"]>>,
  Holds<Absent<TraceNode, Schemas["MarketTraceNode"]>>,
  Holds<Absent<TransactionDetail, Schemas["MarketChainTransactionDetail"]>>,
  Holds<Absent<PublicFigures, Schemas["MarketPublic"]>>,
];
