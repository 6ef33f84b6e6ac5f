/** Words of the field in the language of the page; their spelling is in the lexicon. */
import { useTranslation } from "react-i18next";
import {
  accountKind, accountState, actionState, allowanceUnit, auctionState, balanceField, bidState, cancellationState, holdKind, tradeKind, evidenceKind, factorRole, indicator, property, regime, region, subtotal, variant, findingKind, grade, issueState, itemVerdict, keyUse, listingState, lotState,
  medium, msp, obligationState, origin, outboxState, periodState, registrationState, remarkLevel, reportState, role, sector, sessionPhase,
  side, surrenderState, tokenKind, unit, verificationStep,
} from "@/lexicon.gen";

// Named one by one: the refusals' texts come from the server and must not ride along into the entry.
const TERMS = {
  AccountKind: accountKind, AccountState: accountState, ActionState: actionState, AllowanceUnit: allowanceUnit, AuctionState: auctionState, BidState: bidState, CancellationState: cancellationState, EvidenceKind: evidenceKind,
  BalanceField: balanceField, FactorRole: factorRole, Indicator: indicator, Property: property, Regime: regime, Region: region, Subtotal: subtotal, Variant: variant,
  FindingKind: findingKind, Grade: grade, HoldKind: holdKind, IssueState: issueState, ItemVerdict: itemVerdict, KeyUse: keyUse, ListingState: listingState, LotState: lotState, Medium: medium,
  Msp: msp, ObligationState: obligationState, Origin: origin, OutboxState: outboxState, PeriodState: periodState, RegistrationState: registrationState,
  RemarkLevel: remarkLevel, ReportState: reportState, Role: role, Sector: sector, SessionPhase: sessionPhase, Side: side, SurrenderState: surrenderState,
  TokenKind: tokenKind, TradeKind: tradeKind, Unit: unit, VerificationStep: verificationStep,
} as const;

export type Vocabulary = keyof typeof TERMS;
type Labels = Record<string, { zh: string; en?: string }>;

/** A term's label by vocabulary and id; an id without a label is shown as it is. Units are their own English. */
export function useTerm(): (vocabulary: Vocabulary, id: string | null | undefined) => string {
  const { i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return (vocabulary, id) => {
    if (!id) return "—";
    const label = (TERMS[vocabulary] as Labels)[id]?.[language] ?? id;
    return language === "en" && vocabulary !== "Unit" ? label.charAt(0).toUpperCase() + label.slice(1) : label;
  };
}

/** Names one after the other, with the language's own comma. */
export function useListed(): (names: readonly string[]) => string {
  const { i18n } = useTranslation();
  return (names) => names.join(i18n.language === "en" ? ", " : "、");
}

/** The ids of a vocabulary, in the lexicon's order. */
export const idsOf = (vocabulary: Vocabulary): string[] => Object.keys(TERMS[vocabulary]);

/** A bilingual text of the server in the language of the page. */
export function useWords(): (text: { zh: string; en: string } | string | null | undefined) => string {
  const { i18n } = useTranslation();
  const language = i18n.language === "en" ? "en" : "zh";
  return (text) => (text === null || text === undefined ? "—" : typeof text === "string" ? text : text[language]);
}

/** The name of a thing that has one in each language. */
export function useNamed(): (thing: { name_zh: string; name_en: string }) => string {
  const { i18n } = useTranslation();
  return (thing) => (i18n.language === "en" ? thing.name_en || thing.name_zh : thing.name_zh);
}
